"""The keys under which an order is found again: exact words in an index, made so that a misreading leaves one right.

Each key binds two things that one person keeps from order to order. A name is
there as its skeleton: without the letters that readers and people mistake most
(vowels, I and L and J, H, W), the others with their doubles made one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from orders.order import Order, Value
from orders.persons import Person, letters
from orders.sheets import key_of

_DIGITS: Final = str.maketrans("0135846279", "olesbagzgg")
_SOUND: Final = str.maketrans("cgqzkxpfvdm", "cccscc" + "bbbtn")
_SILENT: Final = re.compile(r"[aeiouyhwlj]")
_TWICE: Final = re.compile(r"(.)\1+")


def person_of(order: Order) -> Person:
    """Return whom `order` is for."""
    patient = order.patient
    return Person(
        _text(patient.family),
        _text(patient.given),
        _text(patient.birth_date),
        _text(patient.sex),
        _text(patient.phone),
        _text(patient.mrn),
        _text(order.coverage.member_id),
    )


def person_keys(order: Order) -> tuple[int, ...]:
    """Return the keys of the person and of the request, about a dozen; fewer where less is stated."""
    return tuple(sorted({key_of(*parts) for parts in _pairs(order)}))


def skeleton(name: str) -> str:
    """Return what of a name survives a bad fax, at most five letters; `-` where it is made of others only."""
    plain = letters(name).translate(_DIGITS).replace("rn", "m")
    return _TWICE.sub(r"\1", _SILENT.sub("", plain).translate(_SOUND))[:5] or ("-" if plain else "")


def _pairs(order: Order) -> Iterator[tuple[str, ...]]:
    person = person_of(order)
    born = person.birth_date
    # A name stands under one word whether given or family: forms are filled in the wrong way round.
    names = [skeleton(each) for each in (person.family, person.given) if each]
    for name in names:
        if born:
            yield "born", born, name
        if person.phone:
            yield "phone", person.phone, name
        if person.member_id:
            yield "member", letters(person.member_id), name
        if person.mrn:
            yield "record", letters(person.mrn), name
    if len(names) == 2 and len(born) == 10:
        # Either half of a birth date in which one digit is misread is right.
        yield "day", *sorted(names), born[5:]
        yield "year", *sorted(names), born[:4]
    for number in (person.phone, person.member_id, person.mrn):
        if born and number:
            yield "number", letters(number), born
    day, provider = _text(order.order_date), order.provider
    for told in (provider.npi, provider.phone, provider.fax):
        if born and day and told:
            yield "asked", born, day, _text(told)


def _text(value: Value) -> str:
    return "" if value.value is None else str(value.value)
