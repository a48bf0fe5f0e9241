"""A site's own words and exams over the catalogue's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from classifiers.catalogue import CatalogueError
from classifiers.exam import read_exams, use_site
from orders.exam_entries import EntriesError

SITE = """
[[term]]
region = "knee"
words = ["genu"]

# Here "CX" is the cervical spine, and a "rad" is no radiograph.
[[term]]
region = "cervical_spine"
words = ["cx"]

[[exam]]
name = "Smith protocol"
synonyms = ["runner's special"]
modality = "MR"
regions = ["knee"]
technique = "arthrography"
preparation = "none"
minutes = 90
screening = ["mr_safety"]

[same]
shoulder = ["omo"]

[contrast]
tracer = "noun"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    use_site(None)


def parts(text: str) -> list[tuple[str | None, ...]]:
    return [(exam.modality, exam.body_region, exam.contrast, exam.technique) for exam in read_exams(text)]


def test_a_sites_words_and_exams_are_read_until_they_are_taken_away(folder: Path) -> None:
    (folder / "ours.toml").write_text(SITE, "utf-8")
    assert parts("MRI genu") == [("MR", None, None, None)]
    use_site(folder)
    assert parts("MRI genu") == [("MR", "knee", None, None)]
    assert parts("CT CX w/o") == [("CT", "cervical_spine", "without", None)]
    assert parts("Smith protocol") == parts("the Runner's special") == [("MR", "knee", None, "arthrography")]
    assert parts("XR omo") == [("XR", "shoulder", None, None)]
    assert parts("CT head w tracer") == [("CT", "head", "with", None)]
    use_site(None)
    assert parts("MRI genu") == [("MR", None, None, None)]


def test_a_sites_word_counts_before_ours(folder: Path) -> None:
    (folder / "ours.toml").write_text('[[term]]\nregion = "sacrum"\nwords = ["tail"]\n', "utf-8")
    (folder / "more.toml").write_text('[[term]]\nregion = "foot"\nwords = ["hoof", "hand"]\n', "utf-8")
    use_site(folder)
    assert parts("XR tail") == [("XR", "sacrum", None, None)]
    assert parts("XR hand") == [("XR", "foot", None, None)]


EXAM = """[[exam]]
name = "Jones protocol"
modality = "MR"
regions = ["knee"]
preparation = "none"
minutes = 30
screening = []
"""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[term]]\nregion = "femoral"\nwords = ["genu"]', r"line 2: no region 'femoral'"),
        ('[[term]]\nregion = "knee"\nwords = ["x9"]\n[[term]]\nregion = "foot"\nwords = ["x9"]', r"'x9' stands twice"),
        ('[[terms]]\nregion = "knee"\nwords = ["genu"]', r"a site has no 'terms'; use one of"),
        ('[same]\nknee = ["gn"]\nfoot = ["gn"]', r"'gn' stands twice"),
        ('[contrast]\ntracer = "nown"', r"no role 'nown'; use one of"),
        ("[[term]", r"correct the line or take it out"),
        ('[[term]]\nregion = "knee"\nwords = "genu"', r"line 3: words has to be a list of texts in brackets"),
        ('[[term]]\nregion = "knee"\nwords = [3]', r"line 3: words has to be a list of texts"),
        ('[[term]]\nregion = "knee"\nwords = ["--"]', r"line 3: '--' has no word in it"),
        ('[[term]]\nregion = ["knee"]\nwords = ["genu"]', r"line 2: region has to be a text in quotes"),
        ('[[term]]\nweak = "yes"\nregion = "knee"\nwords = ["genu"]', r"line 2: weak has to be true or false"),
        ('[[term]]\nonly = "CT"\nregion = "knee"\nwords = ["genu"]', r"line 2: only has to be a list of texts"),
        ('[term]\nregion = "knee"\nwords = ["genu"]', r"term has to be blocks"),
        ('[same]\nknee = "gn"', r"line 2: knee has to be a list of texts"),
        ("same = 3", r"line 1: same has to be a block of words"),
        ("[contrast]\ntracer = 3", r"line 2: tracer has to be a text in quotes"),
        (f"x = {'[' * 3000}", r"lie too deep"),
        ('[[exam]]\nname = "Smith"\nregions = "knee"', r"line 3: Smith: regions has to be a list of texts"),
        ("[[exam]]\nname = 3", r"name has to be a text in quotes"),
        ("[preparation]\nnone = 3", r"line 2: none has to be a text in quotes"),
        (f"{EXAM}{EXAM}", r"two exams are called 'Jones protocol'; give one of them another name"),
        (
            f'{EXAM}[[term]]\nmodality = "CT"\nwords = ["jones protocol"]',
            r"'jones protocol' stands twice|'Jones protocol'",
        ),
        (f'[[term]]\nmodality = "CT"\nwords = ["jones protocol"]\n{EXAM}', r"'Jones protocol' stands twice"),
    ],
)
def test_a_senseless_folder_is_refused_and_what_was_in_force_stays(folder: Path, text: str, says: str) -> None:
    good, bad = folder / "good", folder / "bad"
    good.mkdir()
    bad.mkdir()
    (good / "a.toml").write_text(SITE, "utf-8")
    (bad / "a.toml").write_text(text, "utf-8")
    use_site(good)
    with pytest.raises((CatalogueError, EntriesError), match=rf"a\.toml.*{says}"):
        use_site(bad)
    assert parts("MRI genu") == [("MR", "knee", None, None)]


def test_an_exam_of_a_modality_that_does_not_exist_is_refused(folder: Path) -> None:
    (folder / "a.toml").write_text(SITE.replace('modality = "MR"', 'modality = "MRI"'), "utf-8")
    with pytest.raises(EntriesError, match=r"a\.toml, line 14: Smith protocol: no modality 'MRI'"):
        use_site(folder)


def test_a_folder_is_read_as_it_is_now(folder: Path) -> None:
    words = folder / "ours.toml"
    words.write_text('[[term]]\nregion = "knee"\nwords = ["genu"]\n', "utf-8")
    use_site(folder)
    assert parts("MRI genu") == [("MR", "knee", None, None)]
    words.write_text('[[term]]\nregion = "foot"\nwords = ["genu"]\n', "utf-8")
    use_site(folder)
    assert parts("MRI genu") == [("MR", "foot", None, None)]
    words.write_text('[[term]]\nregion = "feet"\nwords = ["genu"]\n', "utf-8")
    with pytest.raises(CatalogueError):
        use_site(folder)
    assert parts("MRI genu") == [("MR", "foot", None, None)]


def test_a_file_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "a.toml").write_bytes(b"# caf\xe9\n")
    with pytest.raises(EntriesError, match=r"a\.toml, line 1.*save the file as UTF-8 text"):
        use_site(folder)


def test_a_mark_of_byte_order_does_no_harm(folder: Path) -> None:
    (folder / "a.toml").write_bytes(b"\xef\xbb\xbf" + b'[[term]]\nregion = "knee"\nwords = ["genu"]\n')
    use_site(folder)
    assert parts("MRI genu") == [("MR", "knee", None, None)]
