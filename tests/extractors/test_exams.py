"""Exams as pages ask for them: at a label, in a list, in a sentence, ticked in a grid or a table."""

from __future__ import annotations

import pytest
from drawn_views import Drawn

from classifiers.exam import read_exams
from documents.page import Box, Mark
from extractors.ask import exams_of

Parts = tuple[str | None, str | None, str | None, str | None]

LABEL = """
PATIENT NAME: Alderson, June
EXAM REQUESTED: MRI right knee without contrast
REASON FOR EXAM: locking since August
"""
LIST = """
Riverbend Clinic

Exams ordered
1. CT chest with contrast
2. US abdomen complete

Reason for exam
weight loss
"""
LETTER = """
Dear colleague,
Thank you for seeing Ms. Alderson, whose right hip has hurt since August. Plain films of the hip
were normal in September. Please perform an MRI of the right hip without contrast and let me know.
Sincerely,
"""
GRID = """
MRI                      CT                       X-RAY
☐ Brain                  ☐ Head                   ☐ Chest
☐ Cervical spine         ☐ Sinuses                ☐ Ribs
☒ Lumbar spine           ☐ Chest                  ☐ Abdomen
☐ Abdomen                ☐ Abdomen                ☐ Pelvis
☐ Pelvis                 ☐ Pelvis                 ☐ Hip
☒ without   ☐ with       ☐ without   ☐ with
"""
SIDES = """
MRI                      X-RAY
☐ Shoulder  ☐ R  ☐ L     ☐ Shoulder  ☐ R  ☐ L
☐ Elbow     ☐ R  ☐ L     ☒ Elbow     ☐ R  ☒ L
☐ Knee      ☐ R  ☐ L     ☐ Knee      ☐ R  ☐ L
"""
BROKEN_LETTER = """
Ms. Alderson was seen in our office and needs a sonogram of the soft tissues of
the neck (CPT 76536). Reason: hoarseness, right knee pain. An MRI in 2024 was normal.
"""
UNDETECTED = """
MRI                      CT                       X-RAY
Brain                    Head                     Chest
Cervical spine           Sinuses                  Ribs
Lumbar spine             Chest                    Abdomen
Abdomen                  Abdomen                  Pelvis
Exam not listed: MRI of both TMJs without contrast
"""
LONE_LOOP = """
EXAM REQUESTED: X-ray left elbow, 2 ☐ views
"""
GREETED = """
Dear Scheduling, Ms. Alderson was seen in our office and needs a barium
swallow. The working diagnosis is reflux, right shoulder pain.
"""
ROW_HEADS = """
Please circle
MRI: Brain   Pituitary   Orbits   Abdomen
X-RAY: ☐ Hand   ☒ Elbow   ☐ Hip   ☐ Ribs   ☐ Chest
ULTRASOUND: ☐ Thyroid   ☐ Abdomen   ☐ Pelvis
"""
TYPED_CROSSES = """
MRI                      Without   With   With & w/o    R    L
Hip
Brain                                         X
Thigh
Foot
Cervical spine
ULTRASOUND               Without   With   With & w/o    R    L
Bladder
Thyroid
Shoulder                                                     X
Kidneys
"""
NUMBERED = """
Exam 1:       CT head without contrast
Exam 2:       XR left knee
7. Exam Requested
US thyroid
"""
FLOWING = """
Riverbend Clinic
PATIENT NAME: Alderson, June

CT                       ☐ Elbow                  ☐ Spleen
☐ Head                   ☐ Foot                   ☒ Kidneys
☐ Chest                                           ☐ Thyroid
☐ Sinuses                ULTRASOUND               ☐ Pelvis
X-RAY                    ☐ Abdomen                ☐ Bladder
☐ Hand                   ☐ Liver
"""
APART = """
Riverbend Clinic
PATIENT NAME: Alderson, June

☐ CT      ☒ X-RAY      ☐ MRI      ☐ ULTRASOUND

Part
Femur                             ☒ R    ☐ L    ☐ B
Dr. R. Hale, 12 Hip Street
"""
SIDE_COLUMN = """
EXAM REQUESTED                        SIDE      CPT
MRI knee without contrast             R         73721
XR forearm                            L         73090
CT head                                         70450
"""


SHORT_TABLE = """
MRI                                   R    L    B    WIO    W    WWO
☐ T spine
MR enterography                                                   X
☐ Ankle
"""
CIRCLED_ON = """
CT                       Great toe                Nuclear Medicine
Brain                    Rib series               Gastric emptying
Abdomen                  Ankle 3 views   ☐ R  ☒ L
X-RAY                    Sternum
Elbow    ☐ R  ☐ L
Femur    ☐ R  ☐ L        ULTRASOUND
Finger   ☐ R  ☐ L        Thyroid
"""
NAMES_MRI = """
Riverbend MRI & Imaging
X-RAY ORDER FORM
PATIENT NAME: Alderson, June      MR #: 110108

☐ Hip                             ☐ Forearm
☐ Scapula                         ☐ Humerus
☐ Thumb                           ☒ Hand
"""
CROWDED_HEADS = """
MRI No contrast Contrast Both      X-RAY
☐ Head                           ☐ Humerus
☐ Heart                          ☐ Femur
☐ Thigh                          ☐ Knee
☐ T spine                        ☒ Ankle
☐ C spine                        ☐ Forearm
"""
UNREAD_HEAD = """
JOINT        SIDE    XcyM     MRI     CT       SPINE         X-ray    MRI     CT
Elbow        R L     ☐        ☐       ☐        Cervical      ☐        ☐       ☐
Wrist        R L     ☒        ☐       ☐        Thoracic      ☐        ☐       ☐
Knee         R L     ☐        ☐       ☐        Lumbar        ☐        ☐       ☐
Hip          R L     ☐        ☐       ☐        Sacrum        ☐        ☐       ☐
"""
MODALITY_ROWS = """
Modality                   Body part / exam     Side
☐ XR  ☐ CT  ☒ MRI          brain                ☐ R  ☐ L

☐ XR  ☐ CT  ☒ MRI          knee                 ☐ R  ☒ L
"""
LOST_O = """
Modality                   Body part / exam     Contrast
☐ XR  ☐ CT  ☒ MRI          right foot           ☒ w/  ☐ w
"""


def parts(draw: Drawn, page: str) -> list[Parts]:
    exams, _, _ = exams_of([draw(page)], read_exams)
    return [(exam.modality.value, exam.body_region.value, exam.laterality.value, exam.contrast.value) for exam in exams]


MR_HEAD = """
X-RAY
☐ Ankle 3 views
☐ Hand
MR IMAGING
☐ Ankle without
☒ IACs
☐ Femur
"""
REASONS_TICKED = """
Lakeside Imaging Centre
PATIENT: Alderson, June
MRI
☐ Pituitary        ☒ Pelvis           ☐ Knee
Reason for referral
☐ TIA, transient speech difficulty
☒ Carotid bruit
☐ Proptosis, evaluate for thyroid eye disease
"""


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        (LABEL, [("MR", "knee", "right", "without")]),
        (LIST, [("CT", "chest", None, "with"), ("US", "abdomen", None, None)]),
        (LETTER, [("MR", "hip", "right", "without")]),
        (GRID, [("MR", "lumbar_spine", None, "without")]),
        (SIDES, [("XR", "elbow", "left", None)]),
        (BROKEN_LETTER, [("US", "neck", None, None)]),
        (UNDETECTED, [("MR", "tmj", "bilateral", "without")]),
        (UNDETECTED.replace("MRI of both TMJs without contrast", ""), []),
        (LONE_LOOP, [("XR", "elbow", "left", None)]),
        (GREETED, [("RF", "esophagus", None, None)]),
        (ROW_HEADS, [("XR", "elbow", None, None)]),
        (TYPED_CROSSES, [("MR", "head", None, "with_and_without"), ("US", "shoulder", "left", None)]),
        (NUMBERED, [("CT", "head", None, "without"), ("XR", "knee", "left", None), ("US", "thyroid", None, None)]),
        (FLOWING, [("US", "kidney", None, None)]),
        (APART, [("XR", "femur", "right", None)]),
        (
            "EXAM REQUESTED: CT head\nAdditional exam - US thyroid; XR left hand",
            [("CT", "head", None, None), ("US", "thyroid", None, None), ("XR", "hand", "left", None)],
        ),
        ("EXAM REQUESTED: CT head\nCONTRAST: ☐ without    with    both", [("CT", "head", None, None)]),
        (
            "EXAM REQUESTED: CT head\nNot. listed exam - XR left hand",
            [("CT", "head", None, None), ("XR", "hand", "left", None)],
        ),
        (
            SIDE_COLUMN,
            [("MR", "knee", "right", "without"), ("XR", "forearm", "left", None), ("CT", "head", None, None)],
        ),
        (SHORT_TABLE, [("MR", "small_bowel", None, "with_and_without")]),
        (NAMES_MRI, [("XR", "hand", None, None)]),
        (MR_HEAD, [("MR", "temporal_bones", None, None)]),
        (MR_HEAD.replace("MR IMAGING", "MR: 4471203"), []),
        (REASONS_TICKED, [("MR", "pelvis", None, None)]),
        (UNREAD_HEAD, [("XR", "wrist", None, None)]),
        (UNREAD_HEAD.replace("X-ray    MRI", "Xcya     MRI"), []),
        (MODALITY_ROWS, [("MR", "head", None, None), ("MR", "knee", "left", None)]),
        (LOST_O, [("MR", "foot", "right", "without")]),
        (LOST_O.replace("☐ w\n", "☐ w/o\n"), [("MR", "foot", "right", "with")]),
        ("Scan\n" + UNDETECTED.replace("Exam not listed: MRI of both TMJs without contrast", ""), []),
        ("12. EXAM REQUESTED\nCT of the wrist\n13. Why\nleft elbow pain", [("CT", "wrist", None, None)]),
        ("EXAM REQUESTED: left ankle scan as discussed", [(None, "ankle", "left", None)]),
        ("EXAM REQUESTED: MRI bráin withoút contrast", [("MR", "head", None, "without")]),
        ("REASON FOR EXAM: MRI of the knee in 2024 was normal", []),
        ("STUDY TYPE\nCT / FLUOROSCOPY / BONE DENSITY / NUCLEAR MEDICINE / X-RAY / MRI", []),
        (CROWDED_HEADS, [("XR", "ankle", None, None)]),
        ("PATIENT NAME: Alderson, June\nEXAM:", []),
    ],
    ids=[
        "label",
        "list",
        "letter",
        "grid",
        "sides",
        "letter broken",
        "menu",
        "menu alone",
        "lone loop",
        "greeting",
        "row heads",
        "crosses",
        "numbered",
        "flowing columns",
        "fields apart",
        "additional",
        "no choice made",
        "not listed",
        "side column",
        "short table",
        "name and number no heading",
        "a head like a record number",
        "a record number no head",
        "reasons ticked",
        "unread head",
        "unread heads",
        "modality a row",
        "lost o",
        "with",
        "menu under a label",
        "numbered fields",
        "place only",
        "specks",
        "history",
        "line of choices",
        "heads read as one",
        "nothing",
    ],
)
def test_what_is_asked_for(draw: Drawn, page: str, wanted: list[Parts]) -> None:
    assert sorted(parts(draw, page), key=str) == sorted(wanted, key=str)


def test_a_circled_row_of_a_list_that_runs_on_over_the_next_column(draw: Drawn) -> None:
    row, column = next(
        (row, line.index("Ankle")) for row, line in enumerate(CIRCLED_ON.strip("\n").split("\n")) if "Ankle" in line
    )
    box = Box((column - 0.5) / 100, row / 60, (column + 13.5) / 100, (row + 1) / 60)
    exams, _, _ = exams_of([draw(CIRCLED_ON, marks=(Mark("circle", box, "on", "Ankle 3 views", 0.99),))], read_exams)
    assert [(exam.modality.value, exam.laterality.value) for exam in exams] == [("XR", "left")]


def test_a_box_that_contradicts_the_words_is_a_conflict_and_the_words_stand(draw: Drawn) -> None:
    page = SIDES + "\nExam details: X-ray right elbow 2 views"
    exams, conflicts, _ = exams_of([draw(page)], read_exams)
    assert [exam.laterality.value for exam in exams] == ["right"]
    assert [conflict.code for conflict in conflicts] == ["exam_conflict"]


def test_every_part_has_its_place(draw: Drawn) -> None:
    exams, _, _ = exams_of([draw(GRID)], read_exams)
    for name in ("text", "modality", "body_region", "contrast"):
        (item,) = getattr(exams[0], name).evidence
        assert item.page == 1 and item.box[2] > item.box[0]


ZIP_LOOKALIKE = """
Riverbend Clinic, 4 Mill Road, Tampa FL 73721
Exams ordered
MRI left knee without contrast
"""


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        ("EXAM REQUESTED: MRI left knee\nCPT: 73721", ["73721"]),
        ("EXAM REQUESTED: MRI left knee (73721)", ["73721"]),
        ("EXAM REQUESTED: MRI left knee (93970)", ["93970"]),
        ("EXAM REQUESTED: MRI left knee, room (12345)", []),
        ("EXAM REQUESTED: MRI left knee    Svc code 70552", ["70552"]),
        ("EXAM REQUESTED: MRI left knee\nCPT: 7372I", ["73721"]),
        (
            "EXAM REQUESTED            CPT\nMRI left knee             73721\nCT head                   70450",
            ["70450", "73721"],
        ),
        ("Please arrange MRI of the left knee (CPT 73721) and CT head (CPT 70450) for him.", ["70450", "73721"]),
        (ZIP_LOOKALIKE, []),
        ("EXAM REQUESTED: MRI left knee\nAccount: 73721", []),
    ],
    ids=[
        "label",
        "brackets",
        "of another exam",
        "no code",
        "service",
        "misread",
        "column",
        "letter",
        "postal code",
        "another number",
    ],
)
def test_a_procedure_code_goes_to_its_exam(draw: Drawn, page: str, wanted: list[str]) -> None:
    exams, _, _ = exams_of([draw(page)], read_exams)
    assert sorted(str(exam.procedure_code.value) for exam in exams if exam.procedure_code) == wanted
