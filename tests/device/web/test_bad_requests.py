"""Whatever is asked: a clear status and message, never a trace."""

import json
import queue

import pytest
from flask.testing import FlaskClient

from ecg_device.live import Acknowledge, PauseAlarms, SetLimits
from ecg_device.web import Appliance, create_app

ALARMS = "/api/v1/alarms"


def told(answer) -> dict:
    """The error; nothing of the program is in it but what the request itself said."""
    error = answer.get_json()["error"]
    own_words = json.dumps({name: text for name, text in error.items() if name != "received"})
    assert "Traceback" not in answer.text and ".py" not in own_words
    return error


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/api",
        "/api/v1",
        "/api/v1/nowhere",
        "/api/v2/status",
        "/api/v1/status/",
        "/api/v1/sessions/0",
        "/api/v1/sessions/-1",
        "/api/v1/sessions/1.5",
        "/api/v1/sessions/abc",
        "/api/v1/sessions/٣",
        "/api/v1/sessions/" + "9" * 5000,
        "/api/v1/sessions/1/nothing",
        "/review/0",
        "/recordings/x",
        "/static/",
        "/static/nothing.js",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/..\\app.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/js/../../app.py",
        "/%ff%fe",
        "/templates/base.html",
    ],
)
def test_addresses_that_lead_nowhere(client: FlaskClient, path: str) -> None:
    """404, in JSON for a program and as a page for a person; and nothing of the file system."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert told(answer)["what"] == "there is no such page"
    if not path.startswith("/api/"):
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 404 and page.mimetype == "text/html"
        assert "create_app" not in page.text and "root:" not in page.text


def test_what_an_address_does_not_do(client: FlaskClient) -> None:
    """405, with the methods that it does take."""
    answer = client.put("/api/v1/status", json={})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_an_error_page_does_not_repeat_markup(client: FlaskClient) -> None:
    """What was typed is shown as text."""
    page = client.get("/<script>alert(1)</script>", headers={"Accept": "text/html"})
    assert page.status_code == 404
    assert "<script>alert" not in page.text


@pytest.mark.parametrize(
    "query", ["back=1&back=2", "bak=1", "back=1&x=2", "back[]=1", "back=1&%00=2"]
)
def test_unknown_and_double_parameters(client: FlaskClient, query: str) -> None:
    """A misspelt parameter is told, not ignored."""
    assert client.get(f"/api/v1/live?{query}", buffered=True).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nonsense",
        b"[]",
        b"null",
        b"12",
        b'"seconds"',
        b"[" * 10_000,
        b'{"seconds": ' + b"[" * 5000,
        b"\xff\xfe\x00",
        b'{"seconds": 30, "more": 1}',
        b'{"seconds": "30"}',
        b'{"seconds": 30.5}',
        b'{"seconds": true}',
        b'{"seconds": null}',
        b'{"seconds": NaN}',
        b'{"seconds": {}}',
        b"{}",
    ],
)
def test_bodies_that_are_no_wish(client: FlaskClient, engine, body: bytes) -> None:
    """400 with what was expected, and nothing reaches the engine."""
    answer = client.post(f"{ALARMS}/pause", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert "seconds" in json.dumps(told(answer))
    assert engine.asked == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", None])
def test_a_body_must_say_that_it_is_json(client: FlaskClient, kind: str | None) -> None:
    """A form of another site cannot say so."""
    answer = client.post(f"{ALARMS}/pause", data=b'{"seconds": 30}', content_type=kind)
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "identity", [1, [], {}, True, "x" * 101, "\x00", "\ud800", "\x1b[2J"], ids=repr
)
def test_ids_of_alarms_are_text(client: FlaskClient, engine, identity: object) -> None:
    """Of a length and kind that can be stored and shown."""
    body = json.dumps({"id": identity})
    answer = client.post(f"{ALARMS}/acknowledge", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert engine.asked == []


def test_wishes_reach_the_engine(client: FlaskClient, engine) -> None:
    """Each as it was asked; the answers say that it is done."""
    engine.answer = lambda request: True
    assert client.post(f"{ALARMS}/acknowledge", json={"id": "rate-high-1"}).status_code == 200
    assert client.post(f"{ALARMS}/acknowledge", json={"id": None}).status_code == 200
    assert client.post(f"{ALARMS}/pause", json={"seconds": 120}).get_json() == {"paused": True}
    assert client.delete(f"{ALARMS}/pause").get_json() == {"paused": False}
    asked = engine.asked
    assert asked[:3] == [Acknowledge("rate-high-1"), Acknowledge(None), PauseAlarms(120)]


def test_an_alarm_that_is_not_there(client: FlaskClient, engine) -> None:
    """404; to acknowledge all of none is no mistake."""
    engine.answer = lambda request: False
    assert client.post(f"{ALARMS}/acknowledge", json={"id": "pause-9"}).status_code == 404
    assert client.post(f"{ALARMS}/acknowledge", json={"id": None}).status_code == 200


def test_limits_are_judged_by_the_alarms(client: FlaskClient, engine) -> None:
    """What they refuse comes back in their words; what they take, as it is now."""
    from ecg_device.alarms.limits import Limits

    def grant(request: SetLimits) -> Limits:
        return Limits().changed(request.limits)

    engine.answer = grant
    taken = client.patch(f"{ALARMS}/limits", json={"rate_high_bpm": 120, "pvc_per_min": None})
    assert taken.get_json()["limits"]["rate_high_bpm"] == 120
    assert taken.get_json()["limits"]["pvc_per_min"] is None
    for wrong in (
        {"asystole_s": None},
        {"rate_high_bpm": 1e9},
        {"rate_high_bpm": 10**400},
        {"rate_low_bpm": 129, "rate_high_bpm": 61},
    ):
        refused = client.patch(f"{ALARMS}/limits", json=wrong)
        assert refused.status_code == 400 and told(refused)["expected"]
    assert client.patch(f"{ALARMS}/limits", json={"nonsense": 1}).status_code == 400


def test_an_engine_that_is_silent_is_told_as_such(client: FlaskClient, engine) -> None:
    """503 and when to try again, whether it takes no wishes or does not grant them."""
    for trouble in (queue.Full(), TimeoutError()):
        engine.answer = _raiser(trouble)
        answer = client.delete(f"{ALARMS}/pause")
        assert answer.status_code == 503 and "Retry-After" in answer.headers
        assert told(answer)["what"] == "the appliance does not answer"


def test_a_bug_is_told_without_its_trace(
    appliance: Appliance, client: FlaskClient, engine, caplog: pytest.LogCaptureFixture
) -> None:
    """500 with a plain message for who asked; the trace for who reads the log."""
    engine.answer = _raiser(ZeroDivisionError("secret detail"))
    answer = client.delete(f"{ALARMS}/pause")
    assert answer.status_code == 500
    assert "secret" not in answer.text and told(answer)["remedy"]
    assert "ZeroDivisionError: secret detail" in caplog.text


def test_a_state_that_fails_takes_no_seat(appliance: Appliance, broadcast) -> None:
    """A live page that could not be opened holds no place."""
    broken = Appliance(broadcast, appliance.health, _raiser(KeyError("state")), appliance.ask)
    answer = create_app(broken).test_client().get("/api/v1/live")
    assert answer.status_code == 500
    assert broadcast.viewers == 0


def test_before_the_first_signal_the_state_is_not_known(appliance: Appliance, broadcast) -> None:
    """503, not an empty state that a page would take for one."""
    early = Appliance(broadcast, appliance.health, dict, appliance.ask)
    answer = create_app(early).test_client().get("/api/v1/status")
    assert answer.status_code == 503
    assert told(answer)["what"] == "the appliance is starting"


def _raiser(error: Exception):
    def fail(*_: object) -> None:
        raise error

    return fail
