"""Pages that come with an order: covers, office notes, laboratory sheets, insurance cards, face sheets."""

from __future__ import annotations

import random

from sample_docs.generator import people
from sample_docs.generator.case import Case
from sample_docs.generator.ink import Piece, Said, Sheet, Type, plain
from sample_docs.generator.parts import furniture, sections
from sample_docs.generator.parts.fields import Entry, entries
from sample_docs.generator.parts.furniture import LEFT, RIGHT
from sample_docs.generator.people import data
from sample_docs.generator.style import Style, fill


def cover(rng: random.Random, cases: list[Case], style: Style, pages: int) -> Sheet:
    """A fax cover sheet; it may name the patients."""
    sheet = Sheet("cover", rng, order=0 if len(cases) == 1 else None)
    case = cases[0]
    furniture.letterhead(rng, sheet, style, case) if rng.random() < 0.5 else None
    y = rng.uniform(120, 190)
    title = rng.choice(data("texts")["cover"]["titles"])
    sheet.write(LEFT, y, plain(title), style.head(rng.uniform(2, 3.4)))
    rows = [
        Entry(
            "To",
            (
                Piece(
                    f"{case.centre.name} - {rng.choice(data('texts')['cover']['desks'])}",
                    "other.centre",
                ),
            ),
            12,
        ),
        Entry("Fax", (Piece(style.phone(case.centre.fax), "other.phone"),), 6),
        Entry("From", fill("{provider.practice}", case, style), 12),
        Entry(rng.choice(["Phone", "Sender's phone"]), fill("{provider.phone}", case, style), 6),
        Entry("Date", (Piece(style.day(case.ordered.isoformat()), "other.date"),), 6),
        Entry(rng.choice(["Pages", "No. of pages", "Pages incl. cover"]), plain(str(pages)), 6),
    ]
    subject = rng.choice(data("texts")["cover"]["subjects"])
    if len(cases) == 1 and rng.random() < 0.6:
        rows.append(Entry("Re", (Piece(f"{subject} - "), *sections.name(case, style)), 12))
    else:
        rows.append(Entry("Re", plain(subject if len(cases) == 1 else f"{len(cases)} orders"), 12))
    rng.shuffle(rows)
    if len(cases) > 1 and rng.random() < 0.5:
        _name_patients(sheet, cases, style, 560)
    y = entries(sheet, style, LEFT, RIGHT, y + 20, rows, rng.choice(["line", "aligned", "boxed", "beside"])) + 20
    if rng.random() < 0.6:
        message = rng.choice(data("texts")["cover"]["messages"])
        sheet.write(LEFT, y + 10, plain("Comments:"), style.bold)
        y = sheet.paragraph(LEFT + 8, y + 30, RIGHT - LEFT - 20, plain(message), style.entry)
    furniture.footer(rng, sheet, style, case, 1, pages)
    return sheet


def _name_patients(sheet: Sheet, cases: list[Case], style: Style, y: float) -> None:
    """List whose orders follow; each name belongs to its own order."""
    sheet.write(LEFT, y, plain("Orders for:"), style.bold)
    for place, case in enumerate(cases):
        sheet.order = place
        said = sections.name(case, style) + fill("<   DOB {patient.birth_date}>", case, style)
        sheet.write(LEFT + 12, y + 16 * (place + 1), (Piece(f"{place + 1}. "), *said), style.label)
    sheet.order = None


def note(rng: random.Random, case: Case, style: Style) -> Sheet:
    """An office note. It repeats the reason, and states the implant and kidney answers where the order has them."""
    sheet = Sheet("clinical_note", rng)
    y = furniture.letterhead(rng, sheet, style, case)
    sheet.write(
        LEFT,
        y + 14,
        plain(rng.choice(data("texts")["note"]["titles"])),
        style.head(1.5),
    )
    y = entries(
        sheet,
        style,
        LEFT,
        RIGHT,
        y + 24,
        [*who(case, style), Entry("Date of service", fill("{other.visit_date}", case, style), 6)],
        "beside",
    )
    body = Type(style.face.regular, style.size)
    for title, sentences in data("texts")["note"]["parts"].items():
        sheet.write(LEFT, y + 16, plain(title.upper() if style.title == "caps" else title), style.bold)
        said: list[Piece] = [Piece(rng.choice(sentences))]
        if title == "Subjective" and case.facts["indication.text"]:
            said += [Piece(" Complaint: "), *fill("{indication.text}", case, style), Piece(".")]
        if title == "Past Medical History":
            said += _history(case)
        y = sheet.paragraph(LEFT + 8, y + 32, RIGHT - LEFT - 16, tuple(said), body)
    furniture.footer(rng, sheet, style, case)
    return sheet


def _history(case: Case) -> list[Piece]:
    said: list[Piece] = []
    for question, yes, no in (
        ("implant", "Status post pacemaker placement 2019", "No pacemaker or implanted device"),
        ("kidney_disease", "Chronic kidney disease", "No kidney disease"),
    ):
        answer = case.facts.get(f"safety.{question}")
        if answer:
            said += [Piece(" "), Piece(yes if answer == "yes" else no, f"safety.{question}"), Piece(".")]
    return said


def who(case: Case, style: Style) -> list[Entry]:
    """Return the entries that say whose page this is."""
    return [
        Entry(style.word("patient", "name"), sections.name(case, style), 7),
        Entry(style.word("patient", "birth_date"), fill("{patient.birth_date}", case, style), 5),
    ]


def laboratory(rng: random.Random, case: Case, style: Style) -> Sheet:
    """A laboratory report with an eGFR among its results where the order has one."""
    sheet = Sheet("lab_result", rng)
    lab = rng.choice(
        ["Northern Reference Laboratory", "Tri-County Clinical Labs", "Statline Pathology", "Union Laboratory Services"]
    )
    sheet.write(LEFT, 60, (Piece(lab, "other.organisation"),), style.head(1.6))
    sheet.write(LEFT, 76, (Piece("Director: " + case.others["copy_to"] + ", MD", "other.person"),), style.label)
    y = entries(
        sheet,
        style,
        LEFT,
        RIGHT,
        90,
        [
            *who(case, style),
            Entry("Collected", fill("{other.visit_date}", case, style), 6),
            Entry("Ordering", sections.provider_name(case, style), 6),
        ],
        "beside",
    )
    results: list[tuple[str, Said, str]] = [
        ("Sodium", plain(str(rng.randint(134, 146))), "134-144 mmol/L"),
        ("Potassium", plain(f"{rng.uniform(3.4, 5.2):.1f}"), "3.5-5.2 mmol/L"),
        ("BUN", plain(str(rng.randint(8, 30))), "6-24 mg/dL"),
        ("Glucose", plain(str(rng.randint(70, 160))), "65-99 mg/dL"),
        ("Hemoglobin", plain(f"{rng.uniform(10, 16):.1f}"), "11.1-15.9 g/dL"),
        ("TSH", plain(f"{rng.uniform(0.3, 5):.2f}"), "0.45-4.5 uIU/mL"),
    ]
    egfr = case.facts.get("safety.egfr")
    if egfr:
        creatinine = plain("3.4" if isinstance(egfr, float) and egfr < 30 else f"{rng.uniform(0.6, 1.3):.2f}")
        results += [
            ("Creatinine", creatinine, "0.57-1.00 mg/dL"),
            (
                rng.choice(["eGFR", "eGFR (CKD-EPI)", "Estimated GFR"]),
                fill("{safety.egfr}", case, style),
                ">59 mL/min/1.73",
            ),
        ]
    rng.shuffle(results)
    for x, head in ((LEFT, "TEST"), (260, "RESULT"), (350, "REFERENCE")):
        sheet.write(x, y + 20, plain(head), style.bold)
    y += 22
    for test, result, reference in results:
        y += style.size * 1.6
        sheet.write(LEFT, y, plain(test), style.label)
        sheet.write(260, y, result, style.label)
        sheet.write(350, y, plain(reference), style.label)
    furniture.footer(rng, sheet, style, case)
    return sheet


def card(rng: random.Random, case: Case, style: Style) -> Sheet:
    """A photocopy of an insurance card, front and back."""
    sheet = Sheet("insurance_card", rng)
    x, y = rng.uniform(60, 220), rng.uniform(70, 180)
    sheet.box(x, y, x + 310, y + 190, 1.2)
    sheet.write(
        x + 14, y + 26, fill("{coverage.payer}", case, style) or plain("Health Plan"), style.head(1.6), limit=280
    )
    rows = [
        Entry(
            rng.choice(["Member", "Member Name", "Subscriber", "Name"]), sections.name(case, style, "first_last"), 12
        ),
        Entry(style.word("coverage", "member_id"), fill("{coverage.member_id}", case, style), 12),
        Entry(style.word("coverage", "group_number"), fill("{coverage.group_number}", case, style), 12),
        Entry("RxBIN", plain(people.identifier(rng, ("999999",))), 6),
        Entry("PCN", plain(people.identifier(rng, ("AAA", "9999"))), 6),
        Entry("Copay", plain("PCP $20  Spec $45  ER $250"), 12),
    ]
    entries(sheet, style, x + 14, x + 300, y + 46, rows, rng.choice(["beside", "aligned"]))
    if rng.random() < 0.6:
        top = y + 260
        sheet.box(x, top, x + 310, top + 180, 1.2)
        for place, line in enumerate(
            (
                "Submit claims to: P.O. Box " + str(rng.randint(1000, 99999)),
                "Customer service: 800-555-01" + f"{rng.randint(0, 99):02d}",
                "Prior authorization: 800-555-01" + f"{rng.randint(0, 99):02d}",
                "This card does not guarantee coverage.",
            )
        ):
            sheet.write(
                x + 14, top + 30 + 22 * place, (Piece(line, "other.phone" if "555" in line else None),), style.label
            )
    return sheet


def face_sheet(rng: random.Random, case: Case, style: Style) -> Sheet:
    """A registration face sheet with the patient's demographics and coverage."""
    sheet = Sheet("other", rng)
    sheet.write(
        LEFT, 60, plain(rng.choice(["PATIENT FACE SHEET", "Registration Summary", "Demographics"])), style.head(1.5)
    )
    rows = sections.patient(rng, case, style) + sections.coverage(rng, case, style)
    rows.append(
        Entry(
            rng.choice(["Emergency contact", "Next of kin"]),
            (
                Piece(case.others["contact"], "other.person"),
                Piece(" "),
                Piece(style.phone(case.others["contact_phone"]), "other.phone"),
            ),
            12,
        )
    )
    entries(sheet, style, LEFT, RIGHT, 84, rows, rng.choice(["aligned", "table", "boxed"]))
    furniture.footer(rng, sheet, style, case)
    return sheet
