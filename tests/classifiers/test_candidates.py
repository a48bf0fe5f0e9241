"""What is proposed for words of an exam that the catalogue does not know, and when nothing is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from classifiers import candidates as learnt
from classifiers.candidates import LEAST, MOST, NONE, PARTS, Weights, candidates, letters, shipped


@pytest.mark.parametrize(
    "text",
    ["", "left knee", "NM bone scan 3 phase", "US RUQ", "Hartford", "Hartford, Connecticut", "zzqx", "3 views 73610"],
)
@pytest.mark.parametrize("part", PARTS)
def test_it_cannot_tell_where_no_unknown_word_states_anything(text: str, part: learnt.Part) -> None:
    assert candidates(text, part) == ()


@pytest.mark.parametrize(
    ("text", "part", "code"),
    [("CT abdominopelvcal left", "body_region", "abdomen_pelvis"), ("ulrtaosond thyroid", "modality", "US")],
)
def test_the_likeliest_comes_first_with_its_words(text: str, part: learnt.Part, code: str) -> None:
    found = candidates(text, part)
    assert found[0].code == code
    assert found[0].probability >= LEAST
    assert found[0].words in text
    assert len(found) <= MOST
    assert [each.probability for each in found] == sorted((each.probability for each in found), reverse=True)
    assert sum(each.probability for each in found) <= 1
    assert NONE not in {each.code for each in found}


@pytest.mark.parametrize("part", PARTS)
def test_shares_add_up_to_one(part: learnt.Part) -> None:
    shares = shipped(part).probabilities(["tibfibulr", "zzqx", "one of several words"])
    assert shares.shape == (3, len(shipped(part).classes))
    assert np.allclose(shares.sum(axis=1), 1)
    assert shipped(part).probabilities([]).shape == (0, len(shipped(part).classes))


def test_letters_are_counted_within_words_and_their_edges() -> None:
    assert letters("knee") != letters("eenk")
    assert sum(share**2 for share in letters("knee joint").values()) == pytest.approx(1)


def test_weights_that_are_not_those_of_the_sum_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in learnt.FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with (tmp_path / "modality.npz").open("ab") as file:
        file.write(b"x")
    monkeypatch.setattr(learnt, "FOLDER", tmp_path)
    shipped.cache_clear()
    try:
        assert isinstance(shipped("body_region"), Weights)
        with pytest.raises(ValueError, match=r"modality\.npz is not the file"):
            shipped("modality")
    finally:
        shipped.cache_clear()
