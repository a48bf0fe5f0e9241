"""The one place that speaks with the Prefect server, which may be away at any time.

The ledger holds the state and Prefect shows it: a body runs whether the server
is there or not, and `catch_up` tells the server afterwards what it missed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache

import structlog
from prefect import flow
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Completed, Crashed, Failed, State

from config import settings
from flows.environment import server_up
from flows.logs import place
from flows.outcome import Body, Outcome
from flows.signals import masked
from store import ledger

log = structlog.get_logger()


class _Once:
    """Runs a body at most once, whether Prefect came to call it or not."""

    def __init__(self, body: Body) -> None:
        self._body: Body | None = body
        self._outcome = Outcome("crashed", good=False)

    def outcome(self) -> Outcome:
        """Return how the body ended, running it now if it has not been started; `crashed` where it raised."""
        body, self._body = self._body, None
        if body is not None:
            try:
                self._outcome = body()
            except ledger.LedgerAway:
                log.warning("ledger_away")
            except Exception as error:  # noqa: BLE001 - an edge: Prefect would write the exception's text to its disk
                log.error("crashed", error=type(error).__name__, place=place(error))
        return self._outcome


# What the flow in hand is to do. No parameter: those land on Prefect's disk, and are ids only.
_act: ContextVar[Callable[[], Outcome]] = ContextVar("act")


@flow(name="process_document", flow_run_name="{document_id:.12}", persist_result=False, validate_parameters=False)
def process_document(document_id: str) -> State:
    """One attempt at reading a document."""
    return _state(_act.get()())


@cache
def _rare(name: str) -> Callable[..., object]:
    @flow(name=name, persist_result=False)
    def rare() -> State:
        return _state(_act.get()())

    return rare


def run_document(document_id: str, attempt: int, worker: str, body: Body) -> Outcome:
    """Run `body` for a document as the flow run `process_document(document_id)`, or alone where the server is away."""
    once = _Once(body)
    run_ids: list[str] = []

    def act() -> Outcome:
        ledger.run_started(document_id, attempt, worker, flow_run.id)
        run_ids.append(flow_run.id)
        return once.outcome()

    told = _told(lambda: process_document(document_id, return_state=True), act)
    if not run_ids:
        ledger.run_missed(document_id, attempt, worker)
    elif told:
        ledger.run_ended(run_ids[0])
    else:
        ledger.run_left(run_ids[0])
    return once.outcome()


def run_rare(name: str, body: Body) -> Outcome:
    """Run `body` as a flow run of `name` without parameters, or alone where the server is away."""
    once = _Once(body)
    _told(lambda: _rare(name)(return_state=True), once.outcome)
    return once.outcome()


def catch_up(limit: int = 50) -> int:
    """Tell the server the ends of attempts that it has not heard; return how many. Needs the server."""
    missed = ledger.unreported(limit)
    if not missed:
        return 0
    with get_client(sync_client=True) as client:
        for each in missed:
            if each.ending == "crashed":
                state: State = Crashed(message=each.code)
            else:
                state = _state(Outcome(each.code or each.ending, each.ending == "read"))
            if each.run_id:
                # Not found where the server's database was cleared: then there is nobody to tell.
                with contextlib.suppress(ObjectNotFound):
                    client.set_flow_run_state(each.run_id, state, force=True)
                ledger.run_ended(each.run_id)
            else:
                run = client.create_flow_run(
                    process_document,
                    name=each.document_id[:12],
                    parameters={"document_id": each.document_id},
                    state=state,
                )
                ledger.run_reported(each, str(run.id))
    return len(missed)


def _state(outcome: Outcome) -> State:
    return Completed(message=outcome.code) if outcome.good else Failed(message=outcome.code)


def _told(run: Callable[[], object], act: Callable[[], Outcome]) -> bool:
    """Run a flow that does `act`; whether the server heard its end.

    Prefect raises whatever its client met, so all of it is caught.
    """
    if not server_up(settings()):
        return False
    token = _act.set(act)
    try:
        # Its default makes every synchronous flow wait up to a second at its end.
        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            run()
    except Exception as error:  # noqa: BLE001 - an edge: the orchestrator's trouble must not stop the work
        if masked(error):
            raise SystemExit(0) from None
        log.warning("orchestrator", error=type(error).__name__, place=place(error))
        return False
    finally:
        _act.reset(token)
    return True
