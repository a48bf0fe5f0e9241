"""The generator: the same for the same seed, in the contract's words, its problems those of the checklist."""

from __future__ import annotations

import email
import io
import json
import random
from email import policy
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from orders import vocabulary
from orders.checklist import check
from orders.codes import NPI, icd10_exists
from orders.order import (
    Address,
    Conflict,
    Coverage,
    Exam,
    Indication,
    Order,
    Patient,
    Provider,
    Safety,
    Value,
)
from orders.pack import default_pack
from sample_docs.generator import bad, clinical, people
from sample_docs.generator.case import a_case
from sample_docs.generator.compose import KINDS, composed, truth
from sample_docs.generator.layouts import LAYOUTS
from sample_docs.generator.made import Made
from sample_docs.generator.make import main, make_referral
from sample_docs.generator.truth import problems

SAMPLES = Path(__file__).parent.parent.parent / "sample_docs"


@pytest.fixture(scope="module")
def some() -> list[Made]:
    return [make_referral(random.Random(f"test/{number}")) for number in range(8)]


def truths(count: int) -> list[dict]:
    """Truths without painting: drawing is quick, pictures are not."""
    found = []
    for number in range(count):
        rng = random.Random(f"truth/{number}")
        parts = composed(rng, KINDS[number % len(KINDS)])
        found.append(truth(parts.sheets, parts.cases))
    return found


def test_the_same_seed_gives_the_same_bytes() -> None:
    for asked in ({"quality": "clean"}, {"quality": "poor"}, {"quality": "photo"}, {"by_mail": True}):
        one, other = (make_referral(random.Random("again"), kind="single", **asked) for _ in range(2))
        assert one.data == other.data
        assert one.truth == other.truth
        assert one.words == other.words


def test_another_seed_gives_another_order() -> None:
    names = {json.dumps(said["orders"]) for said in truths(12) if said["orders"]}
    assert len(names) > 6


def as_order(said: dict) -> Order:
    """Return the truth as the product's order, every value certain."""

    def leaf(value: object) -> Value:
        return Value(value, state="absent" if value is None else "stated")  # type: ignore[arg-type]

    def group(kind: type, values: dict) -> object:
        return kind(**{name: leaf(value) for name, value in values.items()})

    patient = dict(said["patient"])
    address = group(Address, patient.pop("address"))
    return Order(
        id="t",
        pages=tuple(said["pages"]),
        patient=Patient(**{name: leaf(value) for name, value in patient.items()}, address=address),  # type: ignore[arg-type]
        coverage=group(Coverage, said["coverage"]),  # type: ignore[arg-type]
        exams=tuple(group(Exam, exam) for exam in said["exams"]),  # type: ignore[misc]
        indication=Indication(
            leaf(said["indication"]["text"]), tuple(leaf(code) for code in said["indication"]["icd10"])
        ),
        priority=leaf(said["priority"]),
        provider=group(Provider, said["provider"]),  # type: ignore[arg-type]
        signed=leaf(said["signed"]),
        order_date=leaf(said["order_date"]),
        safety=group(Safety, said["safety"]),  # type: ignore[arg-type]
        conflicts=tuple(
            Conflict(problem["code"], "", (), 1.0)
            for problem in said["problems"]
            if problem["code"].endswith("_conflict")
        ),
    )


def test_problems_are_those_that_the_checklist_finds() -> None:
    pack = default_pack()
    seen = set()
    for said in truths(100):
        for order in said["orders"]:
            expected = {(each.code, each.severity) for each in check(as_order(order), pack)}
            assert {(each["code"], each["severity"]) for each in order["problems"]} == expected
            blocked = any(severity == "blocking" for _, severity in expected)
            assert order["route"] == ("clarification" if blocked else "ready")
            seen |= {code for code, _ in expected}
    assert seen == set(vocabulary.BLOCKING) | set(vocabulary.FOLLOW_UP)


SAFE = dict.fromkeys(("pregnant", "implant", "contrast_allergy", "kidney_disease", "egfr"))


@pytest.mark.parametrize(
    ("modality", "contrast", "answers", "danger"),
    [
        ("MR", "without", {"implant": "yes"}, True),
        ("CT", "without", {"implant": "yes"}, False),
        ("CT", "with", {"contrast_allergy": "yes"}, True),
        ("CT", "without", {"contrast_allergy": "yes"}, False),
        ("MR", "with_and_without", {"egfr": 29.0}, True),
        ("MR", "with_and_without", {"egfr": 30.0}, False),
        ("US", None, {"pregnant": "yes"}, False),
        ("XR", None, {"pregnant": "yes"}, True),
        ("MG", None, {"pregnant": "yes"}, False),
        ("CT", "with", {"kidney_disease": "yes"}, False),
    ],
)
def test_answers_that_speak_against_an_exam(modality: str, contrast: str | None, answers: dict, danger: bool) -> None:
    (order,) = truths_of("ehr_order", ())["orders"]
    exam = {**order["exams"][0], "modality": modality, "body_region": "chest", "contrast": contrast, "technique": None}
    found = problems({**order, "exams": [exam], "safety": {**SAFE, **answers}})
    assert ("safety_conflict" in {problem["code"] for problem in found}) == danger


def truths_of(family: str, defects: tuple[str, ...]) -> dict:
    parts = composed(random.Random(f"{family}{defects}"), "single", family, None, defects)
    return truth(parts.sheets, parts.cases)


@pytest.mark.parametrize("defect", vocabulary.BLOCKING)
def test_a_defect_asked_for_is_drawn(defect: str) -> None:
    # Not every layout has room for the statement that makes the defect; most must.
    found = [
        defect in {problem["code"] for problem in order["problems"]}
        for family in LAYOUTS
        for order in truths_of(family, (defect,))["orders"]
    ]
    assert sum(found) > len(found) * 0.6


@pytest.mark.parametrize("family", LAYOUTS)
def test_every_family_draws_complete_orders_that_fit_the_page(family: str) -> None:
    ready = 0
    for number in range(6):
        parts = composed(random.Random(f"{family}/{number}"), "single", family, None, ())
        (order,) = truth(parts.sheets, parts.cases)["orders"]
        ready += order["route"] == "ready"
        for sheet in parts.sheets:
            for word in sheet.words:
                x0, y0, x1, y1 = word.box
                assert x0 > -2 and y0 > -2 and x1 < sheet.width + 8 and y1 < sheet.height + 2, word.text
    assert ready >= 4


def leaves(node: object, path: str = "") -> list[tuple[str, object]]:
    if isinstance(node, dict):
        return [leaf for name, value in node.items() for leaf in leaves(value, f"{path}.{name}" if path else name)]
    if isinstance(node, list):
        return [leaf for place, value in enumerate(node) for leaf in leaves(value, f"{path}.{place}")]
    return [(path, node)]


def test_truths_keep_to_the_vocabulary() -> None:
    allowed = {
        "modality": vocabulary.MODALITIES,
        "body_region": vocabulary.BODY_REGIONS,
        "laterality": vocabulary.LATERALITIES,
        "contrast": vocabulary.CONTRASTS,
        "technique": vocabulary.TECHNIQUES,
        "priority": vocabulary.PRIORITIES,
        "route": vocabulary.ROUTES,
        "code": (*vocabulary.BLOCKING, *vocabulary.FOLLOW_UP),
        "type": vocabulary.PAGE_TYPES,
        "sex": ("F", "M", "X"),
    }
    for said in truths(48):
        for path, value in leaves(said):
            name = path.rsplit(".", 1)[-1]
            if value is not None and name in allowed:
                assert value in allowed[name], path
            if name in ("phone", "fax") and value:
                assert isinstance(value, str) and len(value) == 10 and value[3:8] == "55501"
            if ".icd10." in path:
                assert icd10_exists(str(value))


def test_what_no_word_states_is_null() -> None:
    for number in range(60):
        parts = composed(random.Random(f"null/{number}"), "packet")
        drawn = {word.field for sheet in parts.sheets for word in sheet.words if word.order == 0}
        (order,) = truth(parts.sheets, parts.cases)["orders"]
        for group in ("patient", "coverage", "provider"):
            for path, value in leaves(order[group], group):
                assert (value is not None) <= (path in drawn), path
                assert value != ""


def test_words_lie_within_their_pages_and_carry_what_they_state(some: list[Made]) -> None:
    stated = 0
    for made in some:
        for word in made.words:
            assert made.pages[word.page - 1].number == word.page
            if word.box:
                x0, y0, x1, y1 = word.box
                assert 0 <= x0 <= x1 <= 1 and 0 <= y0 <= y1 <= 1
        for place, order in enumerate(made.truth["orders"]):
            family = order["patient"]["family"]
            if family:
                said = " ".join(w.text for w in made.words if w.field == "patient.family" and w.order == place)
                letters = "".join(char for char in family.lower() if char.isalnum())
                assert letters in "".join(char for char in said.lower() if char.isalnum())
                stated += 1
    assert stated > 5


def test_ink_lies_where_the_words_are(some: list[Made]) -> None:
    checked = 0
    for made in some:
        for word in made.words:
            page = made.pages[word.page - 1]
            if (
                not (word.box and page.image and word.field == "patient.birth_date")
                or page.rotation
                or made.quality == "photo"
            ):
                continue
            grey = page.image.convert("L")
            x0, y0, x1, y1 = (edge * side for edge, side in zip(word.box, (*grey.size, *grey.size), strict=True))
            crop = grey.crop((int(x0), int(y0), int(x1) + 1, int(y1) + 1))
            assert crop.getextrema()[0] < 128
            checked += 1
    assert checked > 3


def test_files_open_and_have_their_pages(some: list[Made]) -> None:
    for made in some:
        count = len(made.truth["pages"])
        if made.suffix == ".pdf":
            assert len(pypdfium2.PdfDocument(made.data)) == count
        elif made.suffix == ".eml":
            message = email.message_from_bytes(made.data, policy=policy.default)
            assert message["From"].endswith(".example>")
        else:
            assert getattr(Image.open(io.BytesIO(made.data)), "n_frames", 1) == count


def test_labels_have_many_words() -> None:
    for group, fields in people.data("labels").items():
        if group not in ("titles", "signature"):
            for name, words in fields.items():
                assert len(set(words)) >= 15, f"{group}.{name}"


def test_catalogue_and_reasons_fit_each_other_and_exist() -> None:
    reasons = people.data("reasons")["reasons"]
    for key, exam in clinical.catalogue().items():
        assert exam["modality"] in vocabulary.MODALITIES, key
        assert exam["region"] in vocabulary.BODY_REGIONS, key
        assert exam["reasons"] in reasons, key
    assert {exam["region"] for exam in clinical.catalogue().values()} == set(vocabulary.BODY_REGIONS)
    for group in reasons.values():
        for reason in group:
            for code in reason["codes"]:
                assert all(icd10_exists(each) for each in (code.values() if isinstance(code, dict) else [code]))


def test_npis_are_right_or_wrong_on_purpose() -> None:
    rng = random.Random(3)
    assert all(NPI.parse(people.npi(rng)) for _ in range(50))
    assert not any(NPI.parse(people.npi(rng, valid=False)) for _ in range(50))


def test_a_case_without_defects_has_everything() -> None:
    case = a_case(random.Random(1), ())
    assert case.facts["patient.family"] and case.facts["provider.fax"] and case.exams and case.codes
    assert case.signature in ("hand", "electronic")


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.truth.json")), ids=lambda path: path.name.split(".")[0])
def test_committed_samples_have_their_document(path: Path) -> None:
    said = json.loads(path.read_text("utf-8"))
    assert (SAMPLES / said["document"]).stat().st_size > 0
    assert said["document"].split(".")[0] == path.name.split(".")[0]
    for order in said["orders"]:
        conflict = "exam_conflict" in {problem["code"] for problem in order["problems"]}
        assert order["problems"] == problems(order, conflict)


def test_there_are_samples_of_each_kind() -> None:
    said = [json.loads(path.read_text("utf-8")) for path in SAMPLES.glob("*.truth.json")]
    assert len(said) >= 15
    assert sum(not each["orders"] for each in said) >= 2
    assert any(len(each["orders"]) == 2 for each in said)
    blocking = {
        problem["code"]
        for each in said
        for order in each["orders"]
        for problem in order["problems"]
        if problem["severity"] == "blocking"
    }
    assert len(blocking) >= 4
    assert sum(path.stat().st_size for path in SAMPLES.glob("*.*") if path.is_file()) < 4_000_000


def test_bad_inputs_are_committed_as_they_are_made() -> None:
    made = bad.bad_inputs()
    assert {path.name for path in (SAMPLES / "bad").iterdir()} == set(made)
    assert made["empty.pdf"] == b""
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(made["locked.pdf"])
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(made["text_renamed.pdf"])


def test_the_bomb_claims_two_gigabytes() -> None:
    bomb = bad.pixel_bomb()
    assert len(bomb) < 1000
    Image.MAX_IMAGE_PIXELS, before = None, Image.MAX_IMAGE_PIXELS
    try:
        assert Image.open(io.BytesIO(bomb)).size == (46_000, 46_000)
    finally:
        Image.MAX_IMAGE_PIXELS = before


def test_a_live_form_leaves_its_values_in_fields() -> None:
    asked = {
        "kind": "single",
        "family": "template",
        "fill": "typed",
        "quality": "clean",
        "by_mail": False,
        "defects": (),
    }
    made = next(
        each
        for number in range(60)
        if b"/AcroForm" in (each := make_referral(random.Random(f"live/{number}"), **asked)).data
    )
    document = pypdfium2.PdfDocument(made.data)
    assert document.get_formtype() != 0
    written = document[0].get_textpage().get_text_range()
    assert made.truth["orders"][0]["coverage"]["member_id"] not in written
    assert made.truth["orders"][0]["coverage"]["member_id"].encode() in made.data


def test_scans_may_carry_text_of_another_reader() -> None:
    asked = {"kind": "single", "family": "pad", "fill": "hand", "quality": "clean", "by_mail": False}
    texts = []
    for number in range(16):
        made = make_referral(random.Random(f"layer/{number}"), **asked)
        texts.append(pypdfium2.PdfDocument(made.data)[0].get_textpage().get_text_range())
    assert any(texts) and not all(texts)


def test_a_reply_states_the_side_that_the_order_leaves_out() -> None:
    found = []
    for number in range(120):
        parts = composed(random.Random(f"reply/{number}"), "packet", "ehr_order", None, ())
        if any(sheet.type == "clarification_reply" for sheet in parts.sheets):
            (order,) = truth(parts.sheets, parts.cases)["orders"]
            assert order["exams"][0]["laterality"]
            assert "laterality" not in {problem["code"] for problem in order["problems"]}
            found.append(number)
    assert found


def test_the_command_writes_documents_with_their_truths(tmp_path: Path) -> None:
    main(["--seed", "5", "--count", "1", "--out", str(tmp_path), "--words", "--family", "portal"])
    (said,) = [json.loads(path.read_text("utf-8")) for path in tmp_path.glob("*.truth.json")]
    assert (tmp_path / said["document"]).stat().st_size > 0
    (words,) = [json.loads(path.read_text("utf-8")) for path in tmp_path.glob("*.words.json")]
    assert {"text", "box", "page", "field", "order", "hand"} == set(words[0])
