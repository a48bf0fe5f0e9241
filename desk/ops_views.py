"""What machines ask the desk: is it alive, is it ready, how much is where. And what was set aside by a source."""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from config import settings
from store import ledger


@login_not_required
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Whether this process answers at all."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """Whether ledger and document store answer; 503 where one does not."""
    said = ledger.readiness()
    return JsonResponse(said, status=200 if all(said.values()) else 503)


@login_not_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures in Prometheus' format, for who has the token; there is nothing here where no token is set."""
    token = settings().metrics_token
    if token is None:
        return HttpResponse("Not here.\n", status=404, content_type="text/plain")
    said = request.headers.get("Authorization", "")
    if not hmac.compare_digest(said.encode(), f"Bearer {token.get_secret_value()}".encode()):
        return HttpResponse("A token is needed.\n", status=401, content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(_Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@require_POST
def item_again(request: HttpRequest, item_id: int) -> HttpResponse:
    """Have an item that a source set aside tried again."""
    try:
        ledger.item_again(item_id, request.user.get_username())
    except ledger.Refused:
        messages.error(request, "This is not set aside any more.", extra_tags="stop")
    else:
        messages.success(request, "It is tried again at the next look.", extra_tags="good")
    return redirect("desk:status")


class _Figures(Collector):
    """Asks the ledger once a scrape."""

    def collect(self) -> Iterator[Metric]:
        said = ledger.measures()
        now = said.counts
        yield _gauge("documents", "documents by state", "state", now.documents)
        yield _gauge("orders", "orders by state", "state", now.cases)
        yield _gauge("oldest_wait_seconds", "age of the oldest that waits, by state", "state", now.oldest_wait)
        yield _gauge("outbox_items", "what goes out, by state", "state", now.outbox)
        yield _gauge("failed_documents", "documents that could not be read, by reason", "code", said.failures)
        yield _gauge("processes", "processes alive, by kind", "kind", said.processes)
        yield GaugeMetricFamily(
            f"{PREFIX}_outbox_wait_seconds", "age of the oldest that waits to go out", said.outbox_wait
        )
        if said.seconds_a_page is not None:
            yield GaugeMetricFamily(f"{PREFIX}_page_seconds", "seconds a page in the last hour", said.seconds_a_page)
        yield CounterMetricFamily(f"{PREFIX}_pages_read", "pages read", now.pages)
        yield CounterMetricFamily(f"{PREFIX}_leases_lost", "documents whose worker died or lost them", said.leases_lost)
        yield from _sources(said.sources)


PREFIX = "clearorder"


def _gauge(name: str, meaning: str, label: str, values: dict[str, float] | dict[str, int]) -> Metric:
    family = GaugeMetricFamily(f"{PREFIX}_{name}", meaning, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _sources(rows: tuple[ledger.SourceHealth, ...]) -> Iterator[Metric]:
    yield _gauge("source_up", "whether the source answers", "source", {row.name: int(not row.failure) for row in rows})
    yield _gauge("source_failures", "failures in a row", "source", {row.name: row.failures for row in rows})
    yield _gauge("source_set_aside", "items tried no more", "source", {row.name: row.aside for row in rows})
    answered = {row.name: row.answered_at.timestamp() for row in rows if row.answered_at}
    yield _gauge("source_answered_timestamp_seconds", "when it last answered", "source", answered)
    taken = {row.name: row.taken_at.timestamp() for row in rows if row.taken_at}
    yield _gauge("source_taken_timestamp_seconds", "when something was last taken from it", "source", taken)
