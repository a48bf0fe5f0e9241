"""A request to end is seen through the errors that it led to."""

from __future__ import annotations

import pytest
from prefect.exceptions import TerminationSignal

from flows.signals import INTERRUPTS, masked


def following(first: BaseException, explicit: bool) -> BaseException:
    """Return an error raised while `first` was handled, two levels up."""
    try:
        try:
            try:
                raise first
            except (ValueError, *INTERRUPTS) as error:
                raise ConnectionError("inner") from (error if explicit else None)
        except ConnectionError:
            raise OSError("outer")  # noqa: B904 - the context alone is what is tried
    except OSError as error:
        return error


@pytest.mark.parametrize(
    ("first", "hidden"),
    [
        (SystemExit(0), True),
        (KeyboardInterrupt(), True),
        (TerminationSignal(15), True),
        (ValueError("a fault of its own"), False),
    ],
)
@pytest.mark.parametrize("explicit", [True, False])
def test_a_request_to_end_is_found_behind_other_errors(first: BaseException, hidden: bool, explicit: bool) -> None:
    assert masked(following(first, explicit)) is hidden


def test_itself_and_nothing() -> None:
    assert masked(SystemExit(0))
    assert not masked(ConnectionError())
