"""The fingerprint of a sheet: the same after another fax, not the same for another patient on the same form."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.again_keys import skeleton
from orders.sheets import FEWEST, sheet_keys, sheet_likeness, sheet_tokens

FORM = "Meridian Point Imaging 6011 Sawmill Ct, Savannah, GA 31405 Scheduling (912) 555-0174 Fax (912) 555-0112"
PROVIDER = "NPI# 1439443080 Phone 912-555-0189 Fax 912-555-0116"
CURTIS = "Birthdate 20-AUG-1978 Phone 912-555-0179 Member # U8481263602 Grp# G716252 auth A978203869 M25.569 08/14/2026"
NADIA = "Birthdate 03-MAY-1951 Phone 912-555-0133 Member # W2201987345 Grp# G550018 auth A120093377 R10.9 09/02/2026"


def tokens(*parts: str) -> frozenset[str]:
    return sheet_tokens(" ".join(parts).split())


SHEET = tokens(FORM, PROVIDER, CURTIS)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (tokens(FORM, PROVIDER, CURTIS), True),
        (tokens(FORM, PROVIDER, CURTIS.replace("U8481263602", "U848l2636O2")), True),
        (tokens(FORM, PROVIDER, CURTIS.replace("A978203869", "A97820369")), True),
        (tokens(FORM.replace("31405", "314O5"), PROVIDER.replace("1439443080", "1439443030"), CURTIS), True),
        (tokens(FORM, PROVIDER, CURTIS.replace("08/14/2026", "")), True),
        (tokens(FORM, PROVIDER, NADIA), False),
        (tokens(FORM, NADIA), False),
        (tokens(FORM), False),
        (frozenset(), False),
    ],
)
def test_the_same_sheet_is_found_by_its_keys_and_told_by_its_likeness(other, same):
    assert (sheet_likeness(SHEET, other) >= 0.8) == same
    assert sheet_likeness(other, SHEET) == pytest.approx(sheet_likeness(SHEET, other), abs=0.05)
    if same:
        assert set(sheet_keys(SHEET)) & set(sheet_keys(other))


def test_sheets_that_share_most_meet_under_a_key_and_those_that_share_little_seldom():
    chance = random.Random(7)

    def met(shared: int) -> float:
        hits = 0
        for _ in range(200):
            pool = [str(chance.randrange(10**6, 10**7)) for _ in range(40)]
            one, other = pool[:20], pool[20 - shared : 40 - shared]
            hits += bool(set(sheet_keys(frozenset(one))) & set(sheet_keys(frozenset(other))))
        return hits / 200

    assert met(17) > 0.98
    assert met(15) > 0.85
    assert met(6) < 0.15


@given(st.frozensets(st.text("0123456789", min_size=3, max_size=10), max_size=40))
def test_a_sheet_of_few_numbers_has_no_keys_and_any_other_the_same_each_time(told):
    keys = sheet_keys(told)
    assert bool(keys) == (len(told) >= FEWEST)
    assert keys == sheet_keys(frozenset(sorted(told)))
    assert all(0 <= key < 2**63 for key in keys)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Szymanski", "SZYMANSKI", True),
        ("Szymanski", "Szyrnanski", True),
        ("Okafor", "0kafor", True),
        ("Lillian", "Liilian", True),
        ("Parédes", "Paredes", True),
        ("Paredes", "Parades", True),
        ("Garcia-Lopez", "Garcia Lopez", True),
        ("Abbott", "Baker", False),
        ("Nguyen", "Patel", False),
    ],
)
def test_skeletons_of_names(one, other, same):
    assert (skeleton(one) == skeleton(other)) == same
