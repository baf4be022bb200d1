"""Recordings over the API: taken by the engine, found, read and kept in the store."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from ecg_device.errors import ConfigError, SourceError
from ecg_device.live import CancelTake, Requests, TakeEcg
from ecg_device.web import Appliance, create_app, waiting

RECORDINGS = "/api/v1/recordings"
ONE = f"{RECORDINGS}/1"
TAKE = {
    "phase": "contact",
    "seconds": 30,
    "elapsed_s": 0.0,
    "remaining_s": 30.0,
    "reason": "",
    "advice": "",
    "recording": None,
    "kept": "",
}


def found(client: FlaskClient, **query: object) -> list[int]:
    answer = client.get(RECORDINGS, query_string=query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.get_json()["recordings"]]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({}, [2, 1]),
        ({"conclusive": "true"}, [1]),
        ({"conclusive": "false"}, [2]),
        ({"symbol": "V"}, [1]),
        ({"symbol": "L"}, []),
        ({"symbol": "'"}, []),
        ({"rhythm": "(N"}, [2, 1]),
        ({"rhythm": "(AFIB"}, []),
        ({"text": "inconclusive"}, [2]),
        ({"text": '"%'}, []),
        ({"from": 1_795_000_000_000}, [2, 1]),
        ({"from": 1_795_000_000_001}, []),
        ({"to": 1_795_000_000_000}, []),
        ({"pinned": "0"}, [2, 1]),
        ({"pinned": "1"}, []),
        ({"limit": 1}, [2]),
        ({"before": 2}, [1]),
        ({"before": 1}, []),
    ],
    ids=repr,
)
def test_search(archive: FlaskClient, query: dict, numbers: list[int]) -> None:
    """By result, beat, rhythm, text, time and pin; the newest first."""
    assert found(archive, **query) == numbers


def test_pages(archive: FlaskClient) -> None:
    """`next` leads on, and after the last one there is none."""
    page = archive.get(RECORDINGS, query_string={"limit": 1}).get_json()
    assert page["next"] == 2
    assert archive.get(RECORDINGS, query_string={"before": 2}).get_json()["next"] is None


@pytest.mark.parametrize(
    "query", [{"conclusive": "maybe"}, {"conclusive": ""}, {"limit": 201}, {"symbols": "V"}]
)
def test_a_wrong_search_is_refused(archive: FlaskClient, query: dict) -> None:
    answer = archive.get(RECORDINGS, query_string=query)
    assert answer.status_code == 400 and answer.get_json()["error"]["expected"]


def test_a_recording_and_its_strip(archive: FlaskClient) -> None:
    """Its result as it was given, and all of its samples: each as it was put."""
    one = archive.get(ONE).get_json()
    assert (one["session"], one["start"], one["seconds"]) == (1, 360, 10.0)
    assert (one["result"]["conclusive"], one["result"]["beats"]) == (True, {"N": 10, "V": 2})
    strip = archive.get(f"{ONE}/signal").get_json()
    assert strip["uv"] == [sample * 7 % 2001 - 1000.0 for sample in range(360, 3960)]
    assert [(beat["sample"], beat["symbol"], beat["confidence"]) for beat in strip["beats"]] == [
        (720, "N", 0.988),
        (1020, "V", None),
    ]


@pytest.mark.parametrize("path", ["", "/signal"])
def test_one_that_is_not_there(archive: FlaskClient, path: str) -> None:
    """404; and `current` is an address of DELETE alone."""
    assert archive.get(f"{RECORDINGS}/3{path}").status_code == 404
    assert archive.get(f"{RECORDINGS}/999999999999999{path}").status_code == 404
    assert archive.get(f"{RECORDINGS}/current").status_code == 405


@pytest.mark.parametrize("path", [ONE, f"{ONE}/signal"])
def test_parameters_nobody_reads_are_refused(archive: FlaskClient, path: str) -> None:
    assert archive.get(path, query_string={"from": 0}).status_code == 400


def test_pin_note_and_delete(archive: FlaskClient) -> None:
    """Each is there to be found, and gone it is gone, while its session stays."""
    assert archive.patch(ONE, json={"pinned": True, "note": "after coffee"}).status_code == 200
    assert found(archive, pinned="true") == [1]
    assert found(archive, text="COFFEE") == [1]
    assert archive.patch(ONE, json={"note": "x" * 2001}).status_code == 400
    assert archive.get(ONE).get_json()["note"] == "after coffee"
    assert archive.delete(ONE).status_code == 204
    assert archive.delete(ONE).status_code == 404
    assert archive.patch(ONE, json={"pinned": True}).status_code == 404
    assert found(archive) == [2]
    assert archive.get("/api/v1/sessions/1").status_code == 200


def test_a_recording_outlives_its_session(archive: FlaskClient, kept) -> None:
    """Its session goes and is null; all else of it is there."""
    before = archive.get(ONE).get_json()
    assert archive.delete("/api/v1/sessions/1").status_code == 204

    def of_no_session() -> bool:
        kept.settle()
        return archive.get(ONE).get_json()["session"] is None

    for _ in range(100):
        if of_no_session():
            break
    assert archive.get(ONE).get_json() == {**before, "session": None}
    assert len(archive.get(f"{ONE}/signal").get_json()["uv"]) == 3600


def test_taking_one_is_asked_of_the_engine(client: FlaskClient, engine) -> None:
    """202 and where it stands; given up, 200."""
    engine.answer = lambda request: TAKE
    assert client.post(RECORDINGS, json={"seconds": 30}).status_code == 202
    assert client.delete(f"{RECORDINGS}/current").status_code == 200
    assert engine.asked == [TakeEcg(30), CancelTake()]


@pytest.mark.parametrize("seconds", [0, 11, -10, 10.5, 30.0, "10", True, None, [10], {}, 1e300])
def test_only_the_lengths_there_are(client: FlaskClient, engine, seconds: object) -> None:
    """400, and the engine is not asked."""
    answer = client.post(RECORDINGS, json={"seconds": seconds})
    assert answer.status_code == 400
    assert answer.get_json()["error"]["expected"] == "10 or 30"
    assert engine.asked == []


def test_not_at_this_moment(client: FlaskClient, engine) -> None:
    """409 while one is being taken, 503 while there is no signal."""
    for error, status in (
        (ConfigError("an ECG is being taken", remedy="wait for it"), 409),
        (SourceError("no signal"), 503),
    ):
        engine.answer = _raiser(error)
        answer = client.post(RECORDINGS, json={"seconds": 10})
        assert answer.status_code == status
        assert answer.get_json()["error"]["what"] == error.what


def test_a_wish_nobody_grants_in_time_is_taken_back(
    appliance: Appliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503, and an ECG is not begun long after somebody has given up waiting for it."""
    monkeypatch.setattr(waiting, "ANSWER_WITHIN_S", 0.05)
    requests = Requests()
    client = create_app(replace(appliance, ask=requests.ask)).test_client()
    assert client.post(RECORDINGS, json={"seconds": 10}).status_code == 503
    granted: list[object] = []
    requests.serve(granted.append)
    assert granted == []


def _raiser(error: Exception):
    def fail(request: object) -> None:
        raise error

    return fail
