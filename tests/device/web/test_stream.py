"""The live stream: from where a viewer left off, and what it is told of what it missed."""

import json
import threading
import time
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from ecg_device.live import Broadcast
from ecg_device.web import Appliance, create_app
from ecg_device.web.live_stream import resume_from

LIVE = "/api/v1/live"


def events(body: bytes) -> list[dict]:
    """A stream read by the rules of server-sent events, comments left out."""
    found = []
    for block in body.decode().split("\n\n"):
        fields = [line.partition(": ")[::2] for line in block.splitlines() if line[:1] != ":"]
        if fields:
            found.append(dict(fields))
    return found


def named(body: bytes, name: str) -> list[dict]:
    return [json.loads(one["data"]) for one in events(body) if one.get("event") == name]


def publish(broadcast: Broadcast, count: int) -> None:
    for number in range(count):
        broadcast.publish("batch", json.dumps({"n": number}).encode())


def read_to_end(
    client: FlaskClient, broadcast: Broadcast, query: str = "", **headers: str
) -> bytes:
    """All that a viewer gets of what is there, until the appliance stops."""
    threading.Timer(0.2, broadcast.close).start()
    return client.get(LIVE + query, headers=headers, buffered=True).data


def test_a_new_viewer_sees_the_state_then_the_past_it_asked_for(
    client: FlaskClient, broadcast: Broadcast, description
) -> None:
    """First what holds now, then the messages of the last seconds in their order, then goodbye."""
    publish(broadcast, 3)
    body = read_to_end(client, broadcast, "?back=10")
    assert body.startswith(b"retry: 1000\n\n")
    assert [one["event"] for one in events(body)[1:]] == ["state", *["batch"] * 3, "bye"]
    description.check_named(named(body, "state")[0], "State")
    assert [batch["n"] for batch in named(body, "batch")] == [0, 1, 2]


def test_without_a_past_only_what_is_new_comes(client: FlaskClient, broadcast: Broadcast) -> None:
    """`back` is 0 unless it is asked for."""
    publish(broadcast, 3)
    threading.Timer(0.05, publish, (broadcast, 1)).start()
    assert len(named(read_to_end(client, broadcast), "batch")) == 1


def test_a_viewer_resumes_after_the_last_it_has(client: FlaskClient, broadcast: Broadcast) -> None:
    """Nothing twice, nothing left out, and no state that would only repeat."""
    publish(broadcast, 10)
    last_id = {"Last-Event-ID": f"{broadcast.boot}-6"}
    body = read_to_end(client, broadcast, **last_id)
    assert [one.get("id") for one in events(body)[1:-1]] == [
        f"{broadcast.boot}-{number}" for number in (7, 8, 9)
    ]


def test_what_the_ring_no_longer_holds_is_told_as_a_gap(appliance: Appliance) -> None:
    """A viewer that was away too long learns which messages it will never get."""
    short = Broadcast(kept_s=0.1)
    publish(short, 5)
    time.sleep(0.15)
    publish(short, 2)
    app = create_app(Appliance(short, appliance.health, appliance.state, appliance.ask))
    body = read_to_end(app.test_client(), short, **{"Last-Event-ID": f"{short.boot}-1"})
    assert named(body, "gap") == [{"from_seq": 2, "to_seq": 4}]
    assert len(named(body, "batch")) == 2


@pytest.mark.parametrize(
    "last_id",
    [
        "",
        "-",
        "00000000-1",
        "{boot}-",
        "{boot}-99",  # has not been sent yet
        "{boot}--1",
        "{boot}-1e9",
        "{boot}-" + "9" * 4000,
        "{boot}-٣",
        "{boot}-1 ",
        "\x00",
        "é",
        "%s%s%n",
    ],
)
def test_an_id_that_is_not_ours_begins_anew(last_id: str) -> None:
    """Whatever a client claims to have seen: it is a number of this run, or there is none."""
    broadcast = Broadcast()
    publish(broadcast, 3)
    assert resume_from(broadcast, last_id.format(boot=broadcast.boot)) is None


def test_the_last_number_of_this_run_resumes() -> None:
    """Also the newest of all, after which nothing has come yet."""
    broadcast = Broadcast()
    publish(broadcast, 3)
    assert [resume_from(broadcast, f"{broadcast.boot}-{n}") for n in range(3)] == [1, 2, 3]


def test_hostile_ids_are_served_over_http(client: FlaskClient, broadcast: Broadcast) -> None:
    """The stream begins as for anyone."""
    body = read_to_end(client, broadcast, **{"Last-Event-ID": "x" * 3000})
    assert len(named(body, "state")) == 1


@pytest.mark.parametrize("back", ["-1", "61", "1e9", "nan", "inf", "ten", "", "0x10", "1,5"])
def test_an_unbounded_past_is_refused(client: FlaskClient, back: str) -> None:
    """`back` is seconds from 0 to 60."""
    answer = client.get(LIVE, query_string={"back": back}, buffered=True)
    assert answer.status_code == 400
    assert answer.get_json()["error"]["expected"] == "a number 0 to 60"


def test_seats_are_limited_and_given_back(client: FlaskClient, broadcast: Broadcast) -> None:
    """The third of two viewers is told 503 and when to come again; who leaves makes room."""
    seated = [client.get(LIVE, buffered=False) for _ in range(2)]
    assert broadcast.viewers == 2
    refused = client.get(LIVE, buffered=True)
    assert refused.status_code == 503 and int(refused.headers["Retry-After"]) > 0
    assert "at most 2" in refused.get_json()["error"]["expected"]
    assert client.get("/api/v1/status").status_code == 200
    seated.pop().close()
    assert broadcast.viewers == 1
    seated.append(client.get(LIVE, buffered=False))
    assert seated[-1].status_code == 200
    for answer in seated:
        answer.close()
    assert broadcast.viewers == 0


def test_asking_for_the_head_takes_no_seat(client: FlaskClient, broadcast: Broadcast) -> None:
    """HEAD answers and is over."""
    assert client.head(LIVE).status_code == 200
    assert broadcast.viewers == 0


def test_several_messages_are_one_write(broadcast: Broadcast, client: FlaskClient) -> None:
    """What has come meanwhile is sent together: a slow viewer costs no more writes than a fast."""
    publish(broadcast, 50)
    answer = client.get(LIVE + "?back=10", buffered=False)
    pieces: Iterator[bytes] = iter(answer.response)
    next(pieces)
    assert len(named(next(pieces), "batch")) == 50
    answer.close()


def test_silence_is_broken_by_a_comment(broadcast: Broadcast, client: FlaskClient) -> None:
    """Within about a second, so that both ends notice a connection that is dead."""
    answer = client.get(LIVE, buffered=False)
    pieces: Iterator[bytes] = iter(answer.response)
    next(pieces)
    begun = time.monotonic()
    assert next(pieces).startswith(b":")
    assert 0.5 < time.monotonic() - begun < 1.5
    answer.close()
