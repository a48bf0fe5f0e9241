"""Pages that others wrote: payers' letters, radiologists' reports, advertisements."""

from __future__ import annotations

import random
from datetime import timedelta

from sample_docs.generator import clinical, people
from sample_docs.generator.case import Case
from sample_docs.generator.ink import Piece, Said, Sheet, plain
from sample_docs.generator.layouts.attachments import who
from sample_docs.generator.parts import furniture, marks, sections
from sample_docs.generator.parts.fields import Entry, entries
from sample_docs.generator.parts.furniture import LEFT, RIGHT
from sample_docs.generator.parts.rows import SIDE_LETTERS
from sample_docs.generator.people import data
from sample_docs.generator.style import Style, fill


def authorization(rng: random.Random, case: Case, style: Style, rival: bool = False) -> Sheet:
    """A payer's approval letter; a `rival` one approves another exam than the order asks for."""
    sheet = Sheet("authorization", rng)
    payer = fill("{coverage.payer}", case, style) or plain("Utilization Management")
    sheet.write(LEFT, 60, payer, style.head(1.6))
    sheet.write(
        LEFT,
        86,
        plain(
            rng.choice(
                [
                    "Notice of Approval",
                    "Prior Authorization Determination",
                    "AUTHORIZATION APPROVED",
                    "Certification Letter",
                ]
            )
        ),
        style.head(1.3),
    )
    exam = case.exams[0] if case.exams else None
    if rival and exam:
        sheet.state("other.authorized_exam")
        exam = _another(rng, case)
    start = case.ordered + timedelta(days=rng.randint(0, 3))
    rows = [
        *who(case, style),
        Entry(style.word("coverage", "member_id"), fill("{coverage.member_id}", case, style), 6),
        Entry(style.word("coverage", "authorization_number"), fill("{coverage.authorization_number}", case, style), 6),
        Entry("Service", _service(exam) if exam else (), 12, lines=2),
        Entry(
            "Valid",
            (
                Piece(
                    f"{style.day(start.isoformat())} - {style.day((start + timedelta(days=60)).isoformat())}",
                    "other.date",
                ),
            ),
            8,
        ),
        Entry("Requesting", sections.provider_name(case, style), 8),
        Entry("Servicing facility", (Piece(case.centre.name, "other.centre"),), 8),
    ]
    y = entries(sheet, style, LEFT, RIGHT, 110, rows, rng.choice(["table", "beside", "aligned"]))
    text = (
        "This determination is not a guarantee of payment. Benefits are subject to eligibility at the time of service."
    )
    sheet.paragraph(LEFT, y + 24, RIGHT - LEFT, plain(text), style.label)
    furniture.footer(rng, sheet, style, case)
    return sheet


def _service(exam: clinical.Ordered) -> Said:
    """Return the exam that was approved; its code there is no statement of the order."""
    code = f" CPT {exam.procedure_code}" if exam.procedure_code else ""
    return (Piece(exam.text, "other.authorized_exam"), Piece(code, "other.code"))


def _another(rng: random.Random, case: Case) -> clinical.Ordered:
    while True:
        exam = clinical.any_exam(rng, case.patient.sex)
        if (exam.modality, exam.body_region) not in {(each.modality, each.body_region) for each in case.exams}:
            return exam


def denial(rng: random.Random, case: Case, style: Style) -> Sheet:
    """A payer's letter that refuses an exam; it carries no order and no number that counts."""
    sheet = Sheet("authorization", rng, order=None)
    sheet.write(
        LEFT,
        60,
        plain(rng.choice(["Notice of Adverse Determination", "Denial of Coverage", "Request Not Approved"])),
        style.head(1.5),
    )
    exam = clinical.any_exam(rng, case.patient.sex)
    parts = (
        f"Patient: {case.patient.given} {case.patient.family}",
        f"Requested service: {exam.text}",
        *data("texts")["denial"]["lines"],
        f"Reference number {people.identifier(rng, ('999999999', 'D9999999'))}",
    )
    y = 90.0
    for part, tag in zip(parts, ("other.person", "other.exam", None, None, "other.number"), strict=True):
        y = sheet.paragraph(LEFT, y, RIGHT - LEFT, (Piece(part, tag),), style.label.at(style.size * 1.1)) + 8
    return sheet


def prior_report(rng: random.Random, case: Case, style: Style) -> Sheet:
    """A radiologist's report of an earlier exam."""
    sheet = Sheet("prior_report", rng, order=None)
    furniture.centre_head(rng, sheet, style, case.centre, "Radiology Report")
    exam = clinical.any_exam(rng, case.patient.sex)
    earlier = case.ordered - timedelta(days=rng.randint(60, 900))
    rows = [
        Entry(
            "Patient",
            (Piece(f"{case.patient.family}, {case.patient.given}", "other.person"),)
            if case.facts["patient.family"] and case.facts["patient.given"]
            else (),
            7,
        ),
        Entry("Exam", (Piece(exam.text, "other.exam"),), 12),
        Entry("Exam date", (Piece(style.day(earlier.isoformat()), "other.date"),), 6),
    ]
    y = entries(sheet, style, LEFT, RIGHT, 130, rows, "beside")
    for title, text in (
        ("TECHNIQUE", "Standard protocol. Images reviewed on a dedicated workstation."),
        ("COMPARISON", "None available."),
        (
            "FINDINGS",
            rng.choice(
                [
                    "No acute abnormality. Mild degenerative changes.",
                    "Stable appearance compared with the outside study.",
                    "Small simple cyst, benign in appearance. Otherwise unremarkable.",
                ]
            ),
        ),
        (
            "IMPRESSION",
            rng.choice(
                [
                    "1. No acute finding. 2. Follow up as clinically indicated.",
                    "Unchanged. Recommend routine follow-up.",
                    "Consider further imaging if symptoms persist.",
                ]
            ),
        ),
    ):
        sheet.write(LEFT, y + 18, plain(title), style.bold)
        y = sheet.paragraph(LEFT, y + 34, RIGHT - LEFT, plain(text), style.label)
    sheet.write(
        LEFT,
        y + 24,
        (Piece(f"Electronically signed by {case.others['copy_to']}, Radiologist", "other.person"),),
        style.label,
    )
    return sheet


def advert(rng: random.Random, case: Case, style: Style) -> Sheet:
    """An advertisement that names exams and is no order."""
    sheet = Sheet("other", rng, order=None)
    said = rng.choice(data("texts")["advert"])
    title, text = said["title"], said["text"]
    y = sheet.paragraph(LEFT, 120, RIGHT - LEFT, plain(title), style.head(2.8), 1.2)
    y = sheet.paragraph(LEFT, y + 20, RIGHT - LEFT, plain(text), style.label.at(15), 1.4)
    sheet.box(LEFT, y + 20, RIGHT, y + 110, 2)
    sheet.write(
        306, y + 72, (Piece(f"Call {style.phone(case.centre.phone)}", "other.phone"),), style.head(2.4), "centre"
    )
    sheet.write(
        306, y + 150, (Piece(f"{case.centre.name}, {case.centre.place}", "other.address"),), style.label, "centre"
    )
    return sheet


def reply(rng: random.Random, case: Case, style: Style) -> Sheet:
    """A practice's answer to a question about the first exam's side; the side stands here."""
    sheet = Sheet("clarification_reply", rng)
    furniture.centre_head(
        rng,
        sheet,
        style,
        case.centre,
        rng.choice(["Request for information", "Order clarification", "We need more information"]),
    )
    y = entries(sheet, style, LEFT, RIGHT, 140, who(case, style), "beside") + 10
    question = rng.choice(
        [
            "Which side is to be examined?",
            "Please state the side of the exam.",
            "Left, right or both?",
            "The order does not state a side.",
        ]
    )
    sheet.write(LEFT, y + 12, plain(f"1. {question}"), style.bold)
    letters = rng.choice(SIDE_LETTERS[1:])
    what = marks.Choice(tuple(letters.values()), list(letters).index(str(case.exams[0].laterality)), "exams.0.text")
    marks.choice(sheet, style, LEFT + 16, y + 34, what, style.label.at(style.size * 1.1))
    y += 80
    answered = (
        (Piece(f"{case.provider.given} {case.provider.family}", "other.person"),)
        if case.facts["provider.family"]
        else ()
    )
    rows = [
        Entry(rng.choice(["Answered by", "Completed by", "Signature"]), answered, 6),
        Entry("Date", (Piece(style.day((case.ordered + timedelta(days=2)).isoformat()), "other.date"),), 6),
    ]
    y = entries(sheet, style, LEFT, RIGHT, y, rows, "line")
    sheet.write(LEFT, y + 30, plain(f"Please fax back to {style.phone(case.centre.fax)}"), style.label)
    return sheet


def instructions(rng: random.Random, case: Case, style: Style) -> Sheet:
    """What a patient is told before an exam, and how to find the way."""
    sheet = Sheet("other", rng, order=None)
    exam = clinical.any_exam(rng, None)
    y = furniture.centre_head(
        rng,
        sheet,
        style,
        case.centre,
        rng.choice(["Patient Instructions", "Preparing for your exam", "Before your visit"]),
    )
    sheet.write(LEFT, y + 16, (Piece(f"Your exam: {exam.text}", "other.exam"),), style.bold)
    y += 40
    for line in rng.sample(data("texts")["instructions"]["lines"], 5):
        y = sheet.paragraph(LEFT + 10, y, RIGHT - LEFT - 20, plain(f"- {line}"), style.label) + 5
    return sheet


def records_request(rng: random.Random, case: Case, style: Style) -> Sheet:
    """A request for a patient's earlier pictures and reports; nothing is ordered."""
    sheet = Sheet("other", rng, order=None)
    sheet.write(
        LEFT,
        60,
        plain(rng.choice(["Request for Medical Records", "Release of Information", "Image Release Request"])),
        style.head(1.5),
    )
    exam = clinical.any_exam(rng, case.patient.sex)
    rows = [
        Entry("Patient", (Piece(f"{case.patient.family}, {case.patient.given}", "other.person"),), 8),
        Entry("DOB", (Piece(style.day(str(case.facts["patient.birth_date"])), "other.date"),), 4),
        Entry("Please send", (Piece(f"Images and report: {exam.text}", "other.exam"),), 12),
        Entry("To", (Piece(f"{case.practice.name}, {case.practice.place}", "other.address"),), 12, lines=2),
        Entry("Fax", (Piece(style.phone(case.practice.fax), "other.phone"),), 6),
        Entry("Date", (Piece(style.day(case.ordered.isoformat()), "other.date"),), 6),
    ]
    y = entries(sheet, style, LEFT, RIGHT, 90, rows, rng.choice(["line", "beside", "boxed"]))
    sheet.write(LEFT, y + 40, plain("Patient signature:"), style.label)
    marks.scribble(sheet, LEFT + 100, y + 40, 90, 16)
    return sheet


def blank(rng: random.Random, case: Case, style: Style) -> Sheet:
    return Sheet("blank", rng, order=None)
