"""The entries of each section of a referral, worded and composed at random."""

from __future__ import annotations

import random
from collections.abc import Callable

from sample_docs.generator.case import Case
from sample_docs.generator.ink import Piece, Said
from sample_docs.generator.parts.fields import Entry
from sample_docs.generator.parts.marks import Choice
from sample_docs.generator.style import Style, fill, shown

_ANSWERS = ("yes", "no")


def name(case: Case, style: Style, order: str | None = None) -> Said:
    """Return the patient's name as this document writes names."""
    family, given = shown(case, style, "patient.family"), shown(case, style, "patient.given")
    suffix = f"<{case.suffix and ' '}{case.suffix}>"
    if (order or style.name_order) == "last_first" and family and given:
        return fill(f"{{patient.family}}{suffix}, {{patient.given}}< {{patient.middle}}>", case, style)
    prefix = case.prefix and f"{case.prefix} "
    return fill(f"{prefix}<{{patient.given}} ><{{patient.middle}} ><{{patient.family}}{suffix}>", case, style)


def provider_name(case: Case, style: Style) -> Said:
    """Return the provider's name with or without credentials; empty when not stated."""
    if not shown(case, style, "provider.family"):
        return ()
    form = style.memo.setdefault(
        "provider_form",
        style.rng.choice(
            [
                "{provider.given} {provider.family}, CRED",
                "{provider.family}, {provider.given} CRED",
                "Dr. {provider.given} {provider.family}",
                "{provider.given} {provider.family} CRED",
                "{provider.family}, {provider.given}",
            ]
        ),
    )
    return fill(form.replace("CRED", case.credential), case, style)


def patient(rng: random.Random, case: Case, style: Style, split: bool | None = None) -> list[Entry]:
    """Return the patient's entries: name, birth date, sex, telephones, number, address, in an order drawn at random."""
    word, say = _wording(case, style)
    if split if split is not None else rng.random() < 0.35:
        names = [
            Entry(word("patient", "family"), say("{patient.family}"), 5),
            Entry(word("patient", "given"), say("{patient.given}"), 5),
            Entry(word("patient", "middle"), say("{patient.middle}"), 2),
        ]
        if rng.random() < 0.25:
            names[0], names[1] = names[1], names[0]
    else:
        names = [Entry(word("patient", "name"), name(case, style), 7)]
    out = [*names, Entry(word("patient", "birth_date"), say("{patient.birth_date}"), rng.choice([4, 5]))]
    rest = [_sex(case, style)] if rng.random() < 0.85 else []
    rest.append(Entry(word("patient", "phone"), say("{patient.phone}"), 6))
    if rng.random() < 0.12 and case.facts["patient.birth_date"]:
        rest.append(Entry("Age", say(rng.choice(["{other.age}", "{other.age} y", "{other.age} yrs"])), 3))
    if rng.random() < 0.7:
        rest.append(Entry(word("patient", "mrn"), say("{patient.mrn}"), 5))
    if rng.random() < 0.2:
        rest.append(Entry("Work Phone", say("{other.work_phone}") if rng.random() < 0.5 else (), 6))
    rng.shuffle(rest)
    out += rest
    if rng.random() < 0.7:
        out += _address(rng, case, style)
    if rng.random() < 0.15:
        out.append(Entry("Emergency contact", say("{other.contact} {other.contact_phone}"), 12))
    return out


def _sex(case: Case, style: Style) -> Entry:
    label = style.word("patient", "sex")
    if style.memo.setdefault("sex_as", style.rng.choice(["text", "choice"])) == "text":
        return Entry(label, fill("{patient.sex}", case, style), 4)
    options: tuple[str, ...] = ("Male", "Female") if style.sex_long else ("M", "F")
    sex = str(case.facts["patient.sex"])
    if sex == "X":
        options = (*options, "Nonbinary" if style.sex_long else "X")
    chosen = "MFX".index(sex) if sex else None
    return Entry(label, width=5, choice=Choice(options, chosen, "patient.sex"))


def _address(rng: random.Random, case: Case, style: Style) -> list[Entry]:
    word, say = _wording(case, style)
    if rng.random() < 0.5:
        whole = say(
            "<{patient.address.line}, ><{patient.address.city}, ><{patient.address.state} >"
            "<{patient.address.postal_code}>"
        )
        return [Entry(word("patient", "address"), whole, 12)]
    return [
        Entry(word("patient", "line"), say("{patient.address.line}"), 12),
        Entry(word("patient", "city"), say("{patient.address.city}"), 6),
        Entry(word("patient", "state"), say("{patient.address.state}"), 3),
        Entry(word("patient", "postal_code"), say("{patient.address.postal_code}"), 3),
    ]


def coverage(rng: random.Random, case: Case, style: Style) -> list[Entry]:
    word, say = _wording(case, style)
    out = [
        Entry(word("coverage", "payer"), say("{coverage.payer}"), 6),
        Entry(word("coverage", "member_id"), say("{coverage.member_id}"), 6),
    ]
    if rng.random() < 0.6:
        out.append(Entry(word("coverage", "group_number"), say("{coverage.group_number}"), 5))
    if rng.random() < 0.25:
        insured = rng.choice(["Subscriber", "Insured", "Policy holder", "Guarantor"])
        out.append(Entry(insured, say("{other.subscriber}"), 6))
        if rng.random() < 0.5:
            out.append(
                Entry(
                    rng.choice(["Subscriber DOB", "Insured's DOB", "Holder DOB"]),
                    say("{other.subscriber_birth_date}"),
                    6,
                )
            )
    if rng.random() < 0.8:
        out.append(Entry(word("coverage", "authorization_number"), say("{coverage.authorization_number}"), 6))
    return out


def exams(rng: random.Random, case: Case, style: Style) -> list[Entry]:
    """Return an entry an exam, and its procedure code where the document asks for one."""
    word, say = _wording(case, style)
    codes = rng.random() < 0.65 or case.opposed == "exams.0.procedure_code"
    together = codes and rng.random() < 0.35
    out = []
    if len(case.exams) > 1 and not codes and rng.random() < 0.5:
        between = rng.choice([" and ", "; ", ", ", " + ", " & "])
        joined = between.join(f"{{exams.{place}.text}}" for place in range(len(case.exams)))
        return [Entry(word("exam", "text"), say(joined), 12, lines=3)]
    for place in range(max(1, len(case.exams))):
        if together:
            form = rng.choice(
                [
                    "{%s.text}< ({%s.procedure_code})>",
                    "<{%s.procedure_code} - >{%s.text}",
                    "{%s.text}< CPT {%s.procedure_code}>",
                ]
            )
            text = say(form.replace("%s", f"exams.{place}"))
        else:
            text = say(f"{{exams.{place}.text}}")
        label = word("exam", "text") if place == 0 else rng.choice([word("exam", "text"), f"Exam {place + 1}"])
        out.append(Entry(label, text, 8 if codes and not together else 12, lines=2))
        if codes and not together:
            out.append(Entry(word("exam", "procedure_code"), say(f"{{exams.{place}.procedure_code}}"), 4))
    return out


def indication(rng: random.Random, case: Case, style: Style) -> list[Entry]:
    word, say = _wording(case, style)
    codes = code_list(case)
    if rng.random() < 0.3:
        joint = (*say("{indication.text}"), *((Piece(" "),) if codes else ()), *codes)
        return [Entry(word("indication", "text"), joint, 12, lines=2)]
    return [
        Entry(word("indication", "text"), say("{indication.text}"), 12, lines=2),
        Entry(word("indication", "icd10"), codes, 8),
    ]


def code_list(case: Case, between: str = ", ") -> Said:
    """Return the diagnosis codes, each tagged with its place."""
    out: list[Piece] = []
    for place, code in enumerate(case.codes):
        out += [Piece(between)] if place else []
        out.append(Piece(code, f"indication.icd10.{place}"))
    return tuple(out)


def provider(rng: random.Random, case: Case, style: Style, contact: bool = True) -> list[Entry]:
    word, say = _wording(case, style)
    out = [Entry(word("provider", "name"), provider_name(case, style), 7)]
    if rng.random() < 0.85:
        out.append(Entry(word("provider", "npi"), say("{provider.npi}"), 5))
    if contact:
        if rng.random() < 0.7:
            out.append(Entry(word("provider", "practice"), say("{provider.practice}"), 12))
        extension = f"<{{provider.phone}} x{rng.randint(10, 499)}>" if rng.random() < 0.06 else "{provider.phone}"
        out.append(Entry(word("provider", "phone"), say(extension), 6))
        out.append(Entry(word("provider", "fax"), say("{provider.fax}"), 6))
    if rng.random() < 0.1:
        out.append(
            Entry(rng.choice(["Supervising", "Supervising Physician", "Attending"]), say("{other.supervisor}"), 8)
        )
    if rng.random() < 0.15:
        out.append(Entry(rng.choice(["PCP", "Primary care", "Family physician"]), say("{other.pcp}"), 6))
    if rng.random() < 0.15:
        out.append(Entry(rng.choice(["cc", "Copy to", "Send copy to"]), say("{other.copy_to} {other.copy_fax}"), 8))
    return out


def order(rng: random.Random, case: Case, style: Style) -> list[Entry]:
    """Return priority and order date, and now and then days that are not the order's."""
    word, say = _wording(case, style)
    out = [Entry(word("order", "order_date"), say("{order_date}"), 5)]
    if rng.random() < 0.75:
        out.append(priority(rng, case, style))
    if rng.random() < 0.15:
        out.append(Entry(rng.choice(["Date of injury", "Onset", "DOI"]), say("{other.injury_date}"), 5))
    if rng.random() < 0.15:
        out.append(Entry(rng.choice(["Visit date", "Date of visit", "DOS"]), say("{other.visit_date}"), 5))
    return out


def priority(rng: random.Random, case: Case, style: Style) -> Entry:
    label = style.word("order", "priority")
    stated = str(case.facts["priority"])
    if style.memo.setdefault("priority_as", style.rng.choice(["text", "choice"])) == "text":
        shape = rng.choice([str.upper, str.title])
        return Entry(label, (Piece(shape(stated), "priority"),) if stated else (), 6)
    options = rng.choice([("Routine", "Urgent", "STAT"), ("STAT", "Urgent", "Routine"), ("Routine", "Urgent", "Stat")])
    chosen = [option.lower() for option in options].index(stated) if stated else None
    return Entry(label, width=7, choice=Choice(options, chosen, "priority"))


def safety(rng: random.Random, case: Case, style: Style, needed: bool = False) -> list[Entry]:
    """Return the safety questions this document asks; those that the order answers with yes are always among them."""
    word, say = _wording(case, style)
    out = []
    for question in ("pregnant", "implant", "contrast_allergy", "kidney_disease"):
        answer = str(case.facts.get(f"safety.{question}", ""))
        if answer != "yes" and not needed and rng.random() < 0.25:
            continue
        options = ("Yes", "No") if rng.random() < 0.9 else ("Y", "N")
        chosen = _ANSWERS.index(answer) if answer else None
        out.append(Entry(word("safety", question), width=6, choice=Choice(options, chosen, f"safety.{question}")))
    if shown(case, style, "safety.egfr") or rng.random() < 0.2:
        out.append(Entry(word("safety", "egfr"), say("{safety.egfr}"), 4))
    rng.shuffle(out)
    return out


def answers(rng: random.Random, case: Case, style: Style) -> Said:
    """Return the safety answers as printed statements, as EHR print-outs make them."""
    pieces: list[Piece] = []
    for question, yes, no in (
        ("implant", "Pacemaker/implanted device: Yes", "Pacemaker/implanted device: No"),
        ("contrast_allergy", "Allergies: IV contrast (hives)", "No known contrast allergy"),
        ("kidney_disease", "Kidney disease: Yes", "Kidney disease: No"),
        ("pregnant", "Pregnant: Yes", "Pregnant: No"),
    ):
        answer = case.facts.get(f"safety.{question}")
        if answer:
            pieces += [Piece("; ")] if pieces else []
            pieces.append(Piece(yes if answer == "yes" else no, f"safety.{question}"))
    if case.facts.get("safety.egfr"):
        pieces += [Piece("; ")] if pieces else []
        pieces += [Piece(f"{style.word('safety', 'egfr')} "), *fill("{safety.egfr}", case, style)]
    return tuple(pieces)


def _wording(case: Case, style: Style) -> tuple[Callable[[str, str], str], Callable[[str], Said]]:
    """Return how this document words labels, and how it fills in a template."""

    def say(template: str) -> Said:
        return fill(template, case, style)

    return style.word, say
