"""Draws the committed samples again: `python -m sample_docs.generator.samples`.

Each is drawn with seeds `<name>/0`, `<name>/1`, … until its truth is what its name says.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sample_docs.generator.bad import bad_inputs
from sample_docs.generator.compose import composed, truth
from sample_docs.generator.made import Made
from sample_docs.generator.make import make_referral, write
from sample_docs.generator.parts.rows import HEADINGS
from sample_docs.generator.truth import Json

FOLDER = Path(__file__).parent.parent
_TRIES = 400


@dataclass(frozen=True, slots=True)
class Sample:
    """A committed sample: what is asked of the generator, and what its truth must hold."""

    name: str
    asked: dict[str, Any]
    suffix: str | None = None
    blocking: tuple[str, ...] = ()
    holds: Callable[[Json], bool] = field(default=lambda said: True)


def _types(*wanted: str) -> Callable[[Json], bool]:
    return lambda said: [page["type"] for page in said["pages"]] == list(wanted)


def _ticked(said: Json) -> bool:
    """Whether a row with a side of its own was ticked for the exam, and not words written below the grid."""
    exam = said["orders"][0]["exams"][0]
    return bool(exam["laterality"]) and exam["text"].startswith(HEADINGS[exam["modality"]])


def _single(family: str, fill: str, quality: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": "single",
        "family": family,
        "fill": fill,
        "quality": quality,
        "by_mail": False,
        "defects": (),
        **more,
    }


SAMPLES = (
    Sample("clean_ehr_order", _single("ehr_order", "typed", "clean"), ".pdf"),
    Sample("letter_fine_fax", _single("letter", "typed", "fine_fax"), ".tif"),
    Sample("letter_coarse_fax", _single("letter", "typed", "standard_fax"), ".tif"),
    Sample("template_typed_fax", _single("template", "typed", "fine_fax"), ".tif"),
    Sample("line_printer_bad_fax", _single("line_printer", "typed", "poor"), ".tif"),
    Sample("prescription_pad_handwritten", _single("pad", "hand", "fine_fax"), ".tif"),
    Sample("tick_form_typed", _single("grid_form", "typed", "fine_fax"), ".tif", holds=_ticked),
    Sample("tick_form_handwritten", _single("grid_form", "hand", "fine_fax"), ".tif", holds=_ticked),
    Sample("tick_form_scanned", _single("grid_form", "hand", "clean"), ".pdf", holds=_ticked),
    Sample("comb_form_typed", _single("comb_form", "typed", "fine_fax"), ".tif"),
    Sample("circled_form_handwritten", _single("circle_form", "hand", "fine_fax"), ".tif"),
    Sample("photo_of_an_order", _single("ehr_order", "typed", "photo"), ".jpg"),
    Sample(
        "packet_cover_order_note",
        {
            "kind": "packet",
            "family": "ehr_order",
            "fill": "typed",
            "quality": "fine_fax",
            "by_mail": False,
            "defects": (),
        },
        ".tif",
        holds=_types("cover", "order", "clinical_note"),
    ),
    Sample(
        "packet_order_card_authorization",
        {
            "kind": "packet",
            "family": "template",
            "fill": "typed",
            "quality": "fine_fax",
            "by_mail": False,
            "defects": (),
        },
        holds=lambda said: (
            sorted(page["type"] for page in said["pages"]) == ["authorization", "insurance_card", "order"]
        ),
    ),
    Sample(
        "batch_of_two_patients",
        {
            "kind": "batch",
            "family": "ehr_order",
            "fill": "typed",
            "quality": "fine_fax",
            "by_mail": False,
            "defects": (),
        },
        ".tif",
        holds=lambda said: (
            [page["type"] for page in said["pages"]] == ["cover", "order", "order"]
            and all(order["route"] == "ready" for order in said["orders"])
        ),
    ),
    Sample(
        "email_with_attachment",
        {**_single("template", "typed", "clean"), "by_mail": True},
        holds=_types("cover", "order"),
    ),
    Sample(
        "email_order_in_text",
        {**_single("template", "typed", "clean"), "by_mail": True},
        holds=lambda said: said["family"] == "mail_text",
    ),
    Sample(
        "advertisement",
        {"kind": "no_order", "quality": "fine_fax", "by_mail": False},
        ".tif",
        holds=lambda said: said["family"] == "no_order_advert" and len(said["pages"]) == 1,
    ),
    Sample(
        "lab_result_alone",
        {"kind": "no_order", "quality": "fine_fax", "by_mail": False},
        ".tif",
        holds=lambda said: said["family"] == "no_order_laboratory" and len(said["pages"]) == 1,
    ),
    Sample("no_side_stated", _single("template", "typed", "fine_fax", defects=("laterality",)), None, ("laterality",)),
    Sample("not_signed", _single("ehr_order", "typed", "fine_fax", defects=("signature",)), None, ("signature",)),
    Sample(
        "birth_date_missing",
        _single("grid_form", "typed", "fine_fax", defects=("patient_birth_date",)),
        None,
        ("patient_birth_date",),
    ),
    Sample(
        "code_against_exam",
        _single("ehr_order", "typed", "fine_fax", defects=("exam_conflict",)),
        None,
        ("exam_conflict",),
    ),
    Sample(
        "pacemaker_and_mri",
        _single("template", "typed", "fine_fax", defects=("safety_conflict",)),
        None,
        ("safety_conflict",),
        lambda said: (
            said["orders"][0]["safety"]["implant"] == "yes" and said["orders"][0]["exams"][0]["modality"] == "MR"
        ),
    ),
    Sample("no_reason_given", _single("letter", "typed", "fine_fax", defects=("indication",)), None, ("indication",)),
)


def drawn(sample: Sample) -> Made:
    """Return the sample's document; raises LookupError when no seed gives it.

    Drawing is quick and painting is not, so what is drawn is judged first; an
    e-mail is put together later and is judged when it is done.
    """
    for attempt in range(_TRIES):
        seed = f"{sample.name}/{attempt}"
        asked = sample.asked
        if not asked.get("by_mail"):
            parts = composed(
                random.Random(seed), asked["kind"], asked.get("family"), asked.get("fill"), asked.get("defects")
            )
            if not _suits(sample, {**truth(parts.sheets, parts.cases), "family": parts.family}):
                continue
        made = make_referral(random.Random(seed), **asked)
        if _suits(sample, made.truth) and sample.suffix in (None, made.suffix):
            return made
    raise LookupError(sample.name)


def _suits(sample: Sample, said: Json) -> bool:
    blocking = tuple(
        problem["code"]
        for order in said["orders"]
        for problem in order["problems"]
        if problem["severity"] == "blocking"
    )
    return blocking == sample.blocking and sample.holds(said)


def main() -> None:
    for sample in SAMPLES:
        print(sample.name, file=sys.stderr)
        write(drawn(sample), FOLDER, sample.name)
    (FOLDER / "bad").mkdir(exist_ok=True)
    for name, data in bad_inputs().items():
        (FOLDER / "bad" / name).write_bytes(data)


if __name__ == "__main__":
    main()
