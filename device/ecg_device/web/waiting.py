"""Wishes are granted by others: here one waits for their answer, but not for ever."""

from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")

ANSWER_WITHIN_S = 3.0  # the engine serves wishes ten times a second, the writer after each chunk


def answer(future: "Future[T]") -> T:
    """What was granted, the error that refuses it, or a TimeoutError."""
    try:
        return future.result(ANSWER_WITHIN_S)
    except TimeoutError:
        future.cancel()  # nobody waits for it any more: better not at all than much later
        raise
