"""People, practices, numbers and days, drawn at random.

Telephone numbers are of the 555-01xx range that is kept for fiction.
"""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from orders.codes import luhn_holds

TODAY = date(2026, 6, 30)


@cache
def data(name: str) -> dict[str, Any]:
    """Return the file `data/<name>.toml`."""
    return tomllib.loads(files("sample_docs.generator").joinpath("data", f"{name}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Person:
    given: str
    middle: str
    family: str
    sex: str


@dataclass(frozen=True, slots=True)
class Place:
    """An address. `area` is the area code of its telephones."""

    line: str
    city: str
    state: str
    postal_code: str
    area: str

    def __str__(self) -> str:
        return f"{self.line}, {self.city}, {self.state} {self.postal_code}"


@dataclass(frozen=True, slots=True)
class Office:
    """A practice or an imaging centre."""

    name: str
    place: Place
    phone: str
    fax: str


def person(rng: random.Random, sex: str | None = None) -> Person:
    names = data("names")
    sex = sex or rng.choice("FM")
    given_names = names["given_female" if sex == "F" else "given_male"]
    family = rng.choice(names["family"])
    draw = rng.random()
    if draw < 0.06:
        family = f"{family}-{rng.choice(names['family'])}"
    elif draw < 0.12:
        family = f"{family} {rng.choice(names['family'])}"
    elif draw < 0.16:
        family = f"{rng.choice(names['particles'])} {family}".replace("- ", "-")
    middle = ""
    draw = rng.random()
    if draw < 0.35:
        middle = rng.choice("ABCDEFGHJKLMNPRSTVW")
    elif draw < 0.45:
        middle = rng.choice(given_names)
    return Person(rng.choice(given_names), middle, family, sex)


def place(rng: random.Random, suite: bool = False, near: Place | None = None) -> Place:
    names = data("names")
    line = f"{rng.randint(11, 9899)} {rng.choice(names['streets'])} {rng.choice(names['street_kinds'])}"
    if rng.random() < (0.7 if suite else 0.2):
        line += f", {rng.choice(names['suites' if suite else 'units'])}"
    if near and rng.random() < 0.8:
        return Place(line, near.city, near.state, near.postal_code[:3] + f"{rng.randint(1, 99):02d}", near.area)
    city, state, postal, area = rng.choice(names["cities"])
    return Place(line, city, state, f"{postal}{rng.randint(1, 99):02d}", area)


def phone(rng: random.Random, area: str) -> str:
    """Return ten digits of the range for fiction."""
    return f"{area}55501{rng.randint(0, 99):02d}"


def practice(rng: random.Random, near: Place) -> Office:
    names = data("names")
    where = place(rng, suite=True, near=near)
    head = rng.choice([*names["practice_heads"], where.city, rng.choice(names["family"])])
    tail = rng.choice(names["practice_tails"]).format(city=where.city)
    name = f"{head} {rng.choice(names['practice_fields'])} {tail}".strip()
    return Office(name, where, phone(rng, where.area), phone(rng, where.area))


def centre(rng: random.Random, near: Place) -> Office:
    names = data("names")
    where = place(rng, suite=True, near=near)
    name = f"{rng.choice([*names['centre_heads'], where.city])} {rng.choice(names['centre_tails'])}"
    return Office(name, where, phone(rng, where.area), phone(rng, where.area))


def npi(rng: random.Random, valid: bool = True) -> str:
    """Return ten digits whose check digit is right, or wrong on purpose."""
    stem = rng.choice("12") + "".join(rng.choice("0123456789") for _ in range(8))
    right = next(digit for digit in "0123456789" if luhn_holds(f"80840{stem}{digit}"))
    return stem + (right if valid else rng.choice([digit for digit in "0123456789" if digit != right]))


def identifier(rng: random.Random, shapes: tuple[str, ...]) -> str:
    """Return a number after one of `shapes`: 9 a digit, A a letter, anything else itself."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    shape = rng.choice(shapes)
    return "".join(
        rng.choice("0123456789") if char == "9" else rng.choice(letters) if char == "A" else char for char in shape
    )


def day(rng: random.Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randint(0, (last - first).days))
