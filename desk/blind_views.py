"""The blind check at the desk: the fax and an empty form first, then what differs, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from desk import order_page
from desk.fields import FIELDS, Choices, Unacceptable, field_at, parse, said
from desk.order_views import onward, sentence, version_of
from desk.wording import BLIND_PARTS
from orders.compare import EXAM_PARTS
from store import ledger

# Exams that can be entered: more on one sheet are not seen.
MOST_EXAMS: Final = 6
TEXT_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """An input of the form: what it is called, what was typed, why it was not taken."""

    name: str
    label: str
    typed: str
    note: str = ""
    choices: Choices = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What the person read and what was read, as words."""

    name: str
    label: str
    mine: str
    read: str


@require_GET
def show(request: HttpRequest, case_id: str) -> HttpResponse:
    """The form, or what differs where something was entered already; the order itself where no check waits."""
    try:
        view = ledger.blind_view(case_id, request.user.get_username())
    except ledger.Refused as refusal:
        if refusal.code == "no_check":
            return redirect("desk:order", case_id)
        if refusal.code == "claimed":
            messages.error(request, f"{refusal.detail} is doing this check.", extra_tags="stop")
            return redirect("desk:queue", "review")
        raise Http404 from None
    return _page(request, view, list(_entries(request)))


@require_POST
def enter(request: HttpRequest, case_id: str) -> HttpResponse:
    """Take what the person read. What is no date or nothing at all comes back with the reason."""
    view = _waiting(request, case_id)
    entries = [_checked(entry) for entry in _entries(request)]
    if any(entry.note for entry in entries):
        return _page(request, view, entries, status=422)
    try:
        differs = ledger.enter_blind(case_id, _entered(entries), request.user.get_username(), version_of(request))
    except ledger.Refused as refusal:
        return _refused(request, case_id, refusal)
    if differs:
        return redirect("desk:blind", case_id)
    messages.success(request, "Read as you read it: the order goes on.", extra_tags="good")
    return onward(request, view.state, case_id)


@require_POST
def settle(request: HttpRequest, case_id: str) -> HttpResponse:
    """Take the person's word on what was read wrongly and what was only mistyped."""
    view = _waiting(request, case_id)
    told = {name: request.POST.get(name, "") for name in view.differs}
    if not set(told.values()) <= {"mine", "read"}:
        messages.error(request, "Say for each line which of the two stands on the fax.", extra_tags="stop")
        return redirect("desk:blind", case_id)
    wrong = tuple(name for name, stands in told.items() if stands == "mine")
    try:
        ledger.settle_blind(case_id, wrong, request.user.get_username(), version_of(request))
    except ledger.Refused as refusal:
        return _refused(request, case_id, refusal)
    if wrong:
        messages.success(request, "Noted. Put right what was read wrongly.", extra_tags="good")
        return redirect("desk:order", case_id)
    messages.success(request, "It was read rightly: the order goes on.", extra_tags="good")
    return onward(request, view.state, case_id)


@require_POST
def give_up(request: HttpRequest, case_id: str) -> HttpResponse:
    """End a check that cannot be decided, or let the order go for somebody else to check."""
    actor = request.user.get_username()
    view = _waiting(request, case_id)
    if request.POST.get("to") in ("next", "queue"):
        ledger.unclaim(case_id, actor)
        return (
            onward(request, view.state, case_id) if request.POST["to"] == "next" else redirect("desk:queue", "review")
        )
    try:
        ledger.leave_blind(case_id, actor, version_of(request))
    except ledger.Refused as refusal:
        return _refused(request, case_id, refusal)
    return redirect("desk:order", case_id)


def _page(request: HttpRequest, view: ledger.BlindView, entries: list[Entry], status: int = 200) -> HttpResponse:
    document = ledger.document(view.document_id)
    exams = [entry for entry in entries if entry.name.startswith("exam-")]
    size = len(EXAM_PARTS)
    context = {
        "here": view.state,
        "check": view,
        "document": document,
        "pages": order_page.plain_pages(document, view.pages),
        "identity": entries[: len(entries) - len(exams)],
        "exams": [exams[start : start + size] for start in range(0, len(exams), size)],
        "differences": list(_differences(view)) if view.read and view.entered else [],
    }
    return render(request, "desk/blind.html", context, status=status)


def _entries(request: HttpRequest) -> Iterator[Entry]:
    for name, label in BLIND_PARTS.items():
        if name != "exams":
            yield Entry(name, label, request.POST.get(name, "")[:TEXT_LIMIT].strip())
    for number in range(1, MOST_EXAMS + 1):
        for part in EXAM_PARTS:
            field, name = FIELDS[f"exams.*.{part}"], f"exam-{number}-{part}"
            yield Entry(name, field.label, request.POST.get(name, ""), choices=field.choices)


def _checked(entry: Entry) -> Entry:
    """Return the entry with its value as it is kept, or with the reason why it cannot be."""
    if entry.choices:
        known = {"", *(value for value, _ in entry.choices)}
        return entry if entry.typed in known else Entry(entry.name, entry.label, "", "Choose one.", entry.choices)
    try:
        parse(entry.typed, field_at(f"patient.{entry.name}"))
    except Unacceptable as refusal:
        return Entry(entry.name, entry.label, entry.typed, str(refusal))
    return entry


def _entered(entries: list[Entry]) -> ledger.Entered:
    told = {entry.name: entry.typed for entry in entries}
    identity = [str(parse(told[name], field_at(f"patient.{name}")) or "") for name in BLIND_PARTS if name != "exams"]
    rows = [tuple(told[f"exam-{number}-{part}"] for part in EXAM_PARTS) for number in range(1, MOST_EXAMS + 1)]
    return ledger.Entered(*identity, tuple(row for row in rows if any(row)))


def _differences(view: ledger.BlindView) -> Iterator[Difference]:
    for name in view.differs:
        mine, read = (_words(name, each) for each in (view.entered, view.read))
        yield Difference(name, BLIND_PARTS[name], mine, read)


def _words(name: str, entered: ledger.Entered | None) -> str:
    assert entered is not None
    if name == "exams":
        return "; ".join(_exam_words(exam) for exam in entered.exams) or "no exam"
    return said(getattr(entered, name) or None, field_at(f"patient.{name}"))


def _exam_words(exam: tuple[str, ...]) -> str:
    told = [value.replace("_", " ") for value in exam[:3] if value]
    contrast = order_page.CONTRAST_WORDS.get(exam[3], "")
    return " ".join([*told, *(part for part in (contrast, exam[4].replace("_", " ")) if part)]) or "not told"


def _waiting(request: HttpRequest, case_id: str) -> ledger.BlindView:
    try:
        return ledger.blind_view(case_id, request.user.get_username())
    except ledger.Refused:
        raise Http404 from None


def _refused(request: HttpRequest, case_id: str, refusal: ledger.Refused) -> HttpResponse:
    messages.error(request, sentence(refusal), extra_tags="stop")
    return redirect(reverse("desk:blind", args=[case_id]))
