"""The reason in a letter: the sentences that tell what is wrong with the patient.

A letter has no label for it. Its sentences are sorted by what they are about;
what is left when the request, the history, the insurance and the courtesies
are taken away is the reason. The pipeline's spaCy model adds its own spans.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.letterhead import is_prose
from extractors.views import View
from orders.order import Finding

_SENTENCE = re.compile(r"[A-Z\"'(][^.!?]*(?:[.!?](?=\d|\S\.|[a-z])[^.!?]*)*[.!?](?=\s|$)", re.S)
_REQUEST = re.compile(
    r"\b(grateful|appreciate|please|kindly|would you|could you|schedule|arrange|perform|obtain|"
    r"request(?:ing|ed)?|ordering|refer(?:ring|red)?|I would like|we would like to (?:have|get)|"
    r"for (?:a|an) (?:CT|MRI|MR|ultrasound|x-?ray|PET))\b",
    re.I,
)
_ASIDE = re.compile(
    r"\b(past (?:medical |surgical )?history|pmh|medications?|meds|takes|current(?:ly)? (?:on|taking)|"
    r"surgical history|family history|social history|lives|retired|diagnosis code|icd|insur\w+|member|"
    r"policy|group number|authori[sz]ation|"
    r"pregnan\w+|pacemaker|implant\w*|device|contrast|allerg\w+|kidney|renal|egfr|gfr|urgent|urgently|routine|stat|priority|report|copy|fax(?:ed)?|call|phone|telephone|thank|sincerely|regards|questions|results|coordinator|office|npi|"
    r"blood pressure|vital signs|pulse|unremarkable|examination was normal|otherwise well|"
    r"confidential|dictated|signed|reply|dear|date of birth|born|address)\b",
    re.I,
)
_CLINICAL = re.compile(
    r"\b(pain|ache|aching|lump|mass|nodule|swelling|swollen|fever|cough|bleed\w*|weak\w*|numb\w*|tingl\w*|headaches?|seizures?|dizz\w*|vertigo|syncope|fall|fell|fracture|injur\w*|trauma|twist\w*|lost|loss|weight|vomit\w*|nausea|diarrhea|jaundice|"
    r"hematuria|dyspnea|short of breath|breath\w*|palpitations|claudication|discharge|tender\w*|"
    r"stiff\w*|lock\w*|catch\w*|click\w*|worse\w*|persist\w*|since|for (?:the past|about|several|two|"
    r"three|four|six|\d+)|weeks?|months?|days?|years?|elevated|abnormal|"
    r"positive|rising|suspect\w*|concern\w*|rule out|exclude\w*|evaluat\w*|assess|stag\w+|metasta\w*|"
    r"cancer|carcinoma|tumou?r|lymphoma|follow-?up|surveillance|stone|cyst|aneurysm|stenosis|hernia|"
    r"infection|abscess|thrombo\w*|DVT|embol\w*|showed|shows|found|noticed|noted|"
    r"calcium|PTH|TSH|hemoglobin|PSA|smok\w*|murmur|bruit|infertil\w*|menopaus\w*|osteopor\w*|reflux|swallow\w*|dysphagia|constipat\w*|anemi\w*|symptom\w*)\b",
    re.I,
)


# Endings that name a disease or a complaint in medical Greek and Latin.
_DISEASE = re.compile(
    r"\w{3,}(?:itis|osis|oses|oma|omas|pathy|algia|emia|uria|plegia|paresis|rrhea|rrhage|megaly|penia|plasia|ectasis|"
    r"phagia|pnea|stenosis|sclerosis|trophy|lithiasis|cele|edema|ectomy)\b",
    re.I,
)
_COMPLAINT = re.compile(
    r"\b(tears?|torn|sprain\w*|strain\w*|spasm\w*|radiculop\w*|r/o|s/p|h/o|hx|work-?up|clearance|screening|survey|staging|"
    r"restaging|incontinen\w*|itching|rash|ulcer\w*|stroke|TIA|MVA|FOOSH|GERD|CAD|COPD|CHF|HTN|MS|PE|RLQ|LLQ|RUQ|LUQ|"
    r"LBP|SOB|disease|disorder|syndrome|deficien\w*|deform\w*|lesions?|masses|nodules?|polyps?|calculus|calculi|gallstones?|"
    r"goiter|migraine|aura|drop|visual|diplopia|hearing|hoarse\w*|tinnitus|memory|dementia|foot drop|flare|failed|"
    r"osteopenia|effusion|spondyl\w*|scolio\w*|hypothyroid\w*|hyperthyroid\w*|infertility|fibroids?|menorrh\w*|spotting|"
    r"dolor|masa|tos|fiebre|mareos?|sangrado)\b",
    re.I,
)


def is_clinical(text: str) -> bool:
    """Whether `text` names a complaint, a finding or a disease."""
    return any(pattern.search(text) for pattern in (_CLINICAL, _DISEASE, _COMPLAINT))


def find_narrative(view: View) -> Iterator[Finding]:
    """Yield findings for `indication.text` from the sentences of a letter."""
    if not is_prose(view):
        return
    labelled = {token.index for label in view.labels if label.strength >= 0.9 for token in label.tokens}
    best: list[tuple[float, Finding]] = []
    for hit in view.find(_SENTENCE):
        text = " ".join(hit.match[0].split())
        words = len(text.split())
        if not 5 <= words <= 70 or any(token.index in labelled for token in hit.tokens):
            continue
        clinical = len(_CLINICAL.findall(text))
        asides = len(_ASIDE.findall(text)) + 1.5 * len(_REQUEST.findall(text))
        weight = clinical - 1.6 * asides
        if weight <= 0:
            continue
        score = min(0.72, 0.4 + 0.09 * weight)
        best.append(
            (weight, view.finding("indication.text", text, hit.tokens, score, "what the letter tells of the patient"))
        )
    for _, finding in sorted(best, key=lambda item: -item[0])[:3]:
        yield finding
