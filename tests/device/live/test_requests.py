"""Wishes from many threads, granted by one."""

import queue
import threading

import pytest

from ecg_device.errors import ConfigError
from ecg_device.live import Acknowledge, Requests, TakeEcg


def test_a_wish_is_granted_in_the_thread_that_serves() -> None:
    """Whoever asks, the answer is made by the thread that owns the state, and reaches the asker."""
    requests, answers = Requests(), []
    askers = [
        threading.Thread(target=lambda n=n: answers.append(requests.ask(TakeEcg(n)).result(5)))
        for n in (10, 30)
    ]
    for asker in askers:
        asker.start()
    served: list[int] = []

    def grant(request):
        served.append(threading.get_ident())
        return request.seconds * 2

    while len(answers) < 2:
        requests.serve(grant)
    assert sorted(answers) == [20, 60]
    assert set(served) == {threading.get_ident()}


def test_a_refusal_reaches_who_asked_and_nobody_else() -> None:
    """The error is the asker's; the server goes on with the next wish."""
    requests = Requests()
    refused, granted = requests.ask(TakeEcg(7)), requests.ask(Acknowledge(None))

    def grant(request):
        if isinstance(request, TakeEcg):
            raise ConfigError("no ECG of 7 s", expected="10 or 30")
        return "seen"

    requests.serve(grant)
    with pytest.raises(ConfigError, match="no ECG of 7 s"):
        refused.result(0)
    assert granted.result(0) == "seen"


def test_a_wish_given_up_is_not_granted() -> None:
    """A viewer who stopped waiting changes nothing any more."""
    requests, served = Requests(), []
    requests.ask(TakeEcg(10)).cancel()
    requests.serve(served.append)
    assert served == []


def test_a_server_that_is_away_is_noticed() -> None:
    """Wishes do not pile up without bound: the asker is told at once."""
    requests = Requests()
    with pytest.raises(queue.Full):
        for _ in range(100):
            requests.ask(Acknowledge(None))
