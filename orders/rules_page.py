"""The page of all rules, written from the packs and tables themselves.

python -m orders.rules_page > docs/rules.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from orders.adequacy import grading
from orders.declared import ASKS, FIELDS, NARROWS
from orders.pack import Entry, Pack, Sentences, default_pack, packs
from orders.payer import PayerPack, Want, payer_packs
from orders.rule import RULES, Rule
from orders.suitability import suitabilities

_HEAD = """\
# The rules

Written from the rules themselves by `python -m orders.rules_page > docs/rules.md`; change them, not this page.

An order is judged by a *checklist pack*: rules with a severity, the authority they rest on, a sentence for the clerk
and one for the referrer. A `blocking` problem stops the order, one to `follow_up` is asked about along the way, a
`note` is for the clerk alone and changes nothing. Every problem carries how sure it is, from the values it rests on.

An authority says why a rule is asked, and is no legal advice. Chapter 15, §80.6 of the Medicare Benefit Policy Manual
speaks of testing facilities outside hospitals unless it says otherwise; here all are held to it. Accreditors number
their goals anew from year to year. A site that follows other rules says so in a pack of its own.

## A site's own rules

The setting `site` names a folder that lies over ours:

| file | what it holds |
| --- | --- |
| `checklists/*.toml` | checklist packs |
| `selection.toml` | which pack is for which order |
| `payers/*.toml` | what a payer wants before an exam |
| `exams/*.toml` | the site's words for exams |

A pack says what differs from the one it lies over:

```toml
name = "knee_clinic"
version = "1"
base = "default"
without = ["provider_npi"]

[rules.order_validity]        # a rule that is there: another severity, another limit
severity = "blocking"
days = 90

[rules.record_number]         # a rule of the site's own
needs = ["patient.mrn"]
severity = "follow_up"
authority = "site policy 12"
clerk = "No record number is stated."
referrer = "Please write the record number."
```

`selection.toml` chooses: the first block that fits an order is taken, and the pack `default` where none does.

```toml
[[choose]]
pack = "mammography"
modality = ["MG"]

[[choose]]
pack = "medicare_strict"
payer = ["medicare"]
but = ["advantage"]
```

Where the payer decides which pack is the right one and was not read surely, a person looks first.

Files are read anew when they change. One with an unknown rule, field, key, code or severity is refused with its name,
line and remedy; the last good ones stay in force, the log says `rules_refused`, and the desk's status page says why.
With no good ones yet, nothing starts.

A rule that a pack declares asks one thing of the fields it lists: """
_PACKS = ("pack", "version", "rules", "differs from `default` in")


def page() -> str:
    """Return the page as Markdown."""
    parts = [
        _HEAD + _asks(),
        "## Checklist packs\n\n"
        + _table(("pack", "version", "rules", "differs from `default` in"), map(_pack, packs().values())),
        *(_section(pack) for pack in packs().values()),
        "## What each rule looks at\n\n" + _table(("rule", "a problem when", "fields"), map(_rule, RULES.values())),
        "## Whom an exam is for\n\n" + _table(("exams", "for", "because", "authority"), _suitable()),
        _adequacy(),
        *(_payer(pack) for pack in payer_packs()),
    ]
    return "\n\n".join(parts) + "\n"


def _asks() -> str:
    words = (
        "each is stated",
        "one is stated",
        "none is ink that could not be read",
        "each was read as surely as `least`",
    )
    asks = "; ".join(f"`{ask}` ({said})" for ask, said in zip(ASKS, words, strict=True))
    fields = ", ".join(f"`{field}`" for field in FIELDS)
    narrows = ", ".join(f"`{part}`" for part in NARROWS)
    return f"{asks}. {narrows} keep it to orders with such an exam. The fields: {fields}."


def _pack(pack: Pack) -> tuple[str, ...]:
    return f"`{pack.name}`", pack.version, str(len(pack.entries)), ", ".join(_changed(pack)) or "nothing"


def _changed(pack: Pack) -> Iterator[str]:
    ours = {entry.rule.name: entry for entry in default_pack().entries}
    theirs = {entry.rule.name: entry for entry in pack.entries}
    for name, entry in theirs.items():
        if ours.get(name) != entry:
            yield f"`{name}`"
    yield from (f"no `{name}`" for name in ours if name not in theirs)


def _section(pack: Pack) -> str:
    ours = {entry.rule.name: entry for entry in default_pack().entries}
    shown = [entry for entry in pack.entries if pack is default_pack() or ours.get(entry.rule.name) != entry]
    rows = ((f"`{entry.rule.name}`", *_entry(entry)) for entry in shown)
    title = f"### `{pack.name}`" + ("" if pack is default_pack() else ", where it differs from `default`")
    return f"{title}\n\n" + _table(("rule", "severity", "clerk", "referrer", "authority"), rows)


def _entry(entry: Entry) -> tuple[str, ...]:
    limits = ", ".join(f"{name} {value}" for name, value in entry.numbers)
    severity = entry.severity.replace("_", " ") + (f" ({limits})" if limits else "")
    return severity, _said(entry.clerk), _said(entry.referrer), entry.authority


def _said(sentences: Sentences) -> str:
    said = dict.fromkeys(sentence for _, sentence in sentences.by_case)
    return "<br>".join(said)


def _rule(rule: Rule) -> tuple[str, ...]:
    return f"`{rule.name}`", rule.about.rstrip("."), ", ".join(f"`{field}`" for field in rule.fields)


def _suitable() -> Iterator[tuple[str, ...]]:
    for fits in suitabilities():
        exams = " ".join(part for part in (fits.modality, fits.technique, ", ".join(fits.regions)) if part)
        ages = f"ages {fits.ages[0]} to {fits.ages[1]}" if fits.ages else ""
        yield exams, ", ".join(part for part in (fits.sex, ages) if part), fits.reason, fits.authority


def _adequacy() -> str:
    table = grading()
    counts = {grade: str(count) for count, grade in table.by_count.items()}
    rows = ((grade, title, counts.get(grade, "no reason at all")) for grade, title in table.titles.items())
    return (
        "## The grade of the reason\n\n"
        "RI-RADS (Abedi et al., European Journal of Radiology 2019; 120:108661): which of three parts the reason for "
        "the exam holds, an impression, clinical findings, and a diagnostic question. The parts are found by words; "
        "how many make which grade is set in `orders/adequacy.toml`. It blocks nothing.\n\n"
        + _table(("grade", "means", "parts"), rows)
    )


def _payer(pack: PayerPack) -> str:
    whom = ", ".join(pack.payer) or "no payer until a site names one"
    rows = (_want(want) for want in pack.wants)
    return (
        f"## Payer `{pack.name}`, version {pack.version}: {pack.title}\n\n"
        f"For payers called: {'every other' if whom == '*' else whom}. {pack.authority}.\n\n"
        + _table(("exams", "authorization needed", "not when", "papers"), rows)
    )


def _want(want: Want) -> tuple[str, ...]:
    exams = " ".join(filter(None, (", ".join(want.modalities), ", ".join(want.techniques), ", ".join(want.regions))))
    return exams or "any", want.needed, ", ".join(want.unless), "; ".join(paper.title for paper in want.papers)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(page())
