"""Sessions over the API: found, kept, deleted; and what is said where nothing is kept."""

import json
import sqlite3
from contextlib import closing
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from ecg_device.store.edits import LONGEST_NOTE

SESSIONS = "/api/v1/sessions"
ONE = f"{SESSIONS}/1"
HUGE = 2**53 - 1


def numbers(found: dict, kind: str = "sessions") -> list[int]:
    return [one["id"] for one in found[kind]]


def test_sessions_come_newest_first_and_page_by_page(get) -> None:
    """`next` given as `before` leads through all of them once, and the last page says so."""
    assert numbers(get(SESSIONS)) == [3, 2, 1]
    seen, query = [], {"limit": 2}
    while True:
        page = get(SESSIONS, **query)
        seen.append(numbers(page))
        if page["next"] is None:
            break
        query["before"] = page["next"]
    assert seen == [[3, 2], [1]]
    assert get(SESSIONS, before=1) == {"sessions": [], "next": None}


def test_a_session_tells_what_was_put_into_it(get) -> None:
    """By arithmetic: 100 s at 360 Hz, a beat each 300 samples, every fifth a V."""
    one = get(ONE)
    assert (one["first"], one["stop"], one["missing"]) == (0, 36_000, 100)
    assert one["duration_s"] == 100.0
    assert one["beats"] == {"N": 96, "V": 24}
    assert one["ended_ms"] - one["began_ms"] == 100_000
    assert {rhythm["aux"]: rhythm["seconds"] for rhythm in one["rhythms"]} == {
        "(N": 50.0,
        "(AFIB": 50.0,
    }
    assert (one["live"], get(f"{SESSIONS}/3")["live"]) == (False, True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"symbol": "V"}, [3, 2, 1]),
        ({"symbol": "L"}, []),
        ({"rhythm": "(AFIB"}, [1]),
        ({"rhythm": "fibrill"}, [1]),
        ({"rhythm": "%"}, []),
        ({"text": "bed 7"}, [3, 2, 1]),
        ({"text": "bed_7"}, []),
        ({"text": "'; DROP TABLE session; --"}, []),
        ({"text": ""}, [3, 2, 1]),
        ({"pinned": "true"}, []),
        ({"pinned": "false", "limit": 1}, [3]),
        ({"from": 1_795_001_000_000}, [3, 2]),
        ({"to": 1_795_001_000_000}, [1]),
        ({"from": 1_795_000_050_000, "to": 1_795_001_500_000}, [2, 1]),
        ({"from": HUGE}, []),
        ({"from": HUGE, "to": 0}, []),
        ({"before": HUGE}, [3, 2, 1]),
    ],
    ids=repr,
)
def test_search(query: dict, found: list[int], get) -> None:
    """By beat, rhythm, text, pin and time; a pattern's own signs are text like any other."""
    assert numbers(get(SESSIONS, **query)) == found


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 201},
        {"limit": "all"},
        {"limit": "1e2"},
        {"limit": ""},
        {"before": 0},
        {"before": -1},
        {"from": "yesterday"},
        {"from": 1.5},
        {"from": 2**53},
        {"to": "9" * 5000},
        {"to": "٣"},
        {"symbol": "VV"},
        {"rhythm": "x" * 41},
        {"text": "x" * 101},
        {"text": "\x00"},
        {"rhythm": "\x00"},
        {"pinned": "yes"},
        {"conclusive": "true"},
        {"sort": "id"},
    ],
    ids=lambda query: repr(query)[:40],
)
def test_a_wrong_search_is_refused(query: dict, refused) -> None:
    """400 that says what is expected, of a length that can be read."""
    error = refused(SESSIONS, **query)
    assert error["expected"] and len(error["received"] or "") <= 100


@pytest.mark.parametrize("part", ["", "/signal", "/beats", "/events", "/trend", "/export"])
@pytest.mark.parametrize("number", [4, 999_999_999_999_999])
def test_a_session_that_is_not_there(archive: FlaskClient, part: str, number: int) -> None:
    """404, in each of its parts."""
    query = {"format": "csv"} if part == "/export" else {}
    answer = archive.get(f"{SESSIONS}/{number}{part}", query_string=query)
    assert answer.status_code == 404
    assert str(number) in answer.get_json()["error"]["what"]


def test_a_note_and_a_pin_stay(archive: FlaskClient, kept, get) -> None:
    """What is not named stays as it is; what is written is on the disk, not in our memory."""
    note = 'first night <b>"at home"</b> &amp; é 心 \U0001f600\n\tline 2'
    assert archive.patch(ONE, json={"note": note}).get_json()["note"] == note
    answer = archive.patch(ONE, json={"pinned": True})
    assert (answer.get_json()["note"], answer.get_json()["pinned"]) == (note, True)
    with closing(sqlite3.connect(kept.data / "ecg.sqlite3")) as database:
        row = database.execute("SELECT note, pinned FROM session WHERE id = 1").fetchone()
    assert row == (note, 1)
    assert numbers(get(SESSIONS, pinned="true")) == [1]
    assert numbers(get(SESSIONS, text="<b>")) == [1]
    assert archive.patch(ONE, json={"pinned": False, "note": ""}).get_json()["note"] == ""


@pytest.mark.parametrize("character", ["x", "心", "\U0001f600", "\\", '"'])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_longest_note_fits(archive: FlaskClient, character: str, ascii_only: bool, get) -> None:
    """Of any characters, however a client writes them in JSON; one more is refused."""

    def write(length: int) -> int:
        body = json.dumps({"note": character * length}, ensure_ascii=ascii_only)
        options = {"data": body.encode(), "content_type": "application/json"}
        return archive.patch(ONE, **options).status_code

    assert write(LONGEST_NOTE) == 200
    assert get(ONE)["note"] == character * LONGEST_NOTE
    assert write(LONGEST_NOTE + 1) == 400


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        '{"note": null}',
        '{"note": 5}',
        '{"note": "a\\u0000b"}',
        '{"note": "\\ud800"}',
        '{"note": "\\u001b[31m"}',
        '{"pinned": 1}',
        '{"pinned": "true"}',
        '{"pinned": null}',
        '{"pinned": true, "id": 2}',
        '{"pinned": true, "note": ["x"]}',
        '{"pinned": NaN}',
        "[" * 20_000,
    ],
)
def test_what_cannot_be_kept_changes_nothing(archive: FlaskClient, body: str, get) -> None:
    """400, and the session is as it was: not even the half that was right is done."""
    before = get(ONE)
    answer = archive.patch(ONE, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert get(ONE) == before


def test_what_is_not_there_is_not_changed(archive: FlaskClient) -> None:
    assert archive.patch(f"{SESSIONS}/9", json={"pinned": True}).status_code == 404
    assert archive.delete(f"{SESSIONS}/9").status_code == 404


def test_a_deleted_session_is_gone_and_its_recordings_stay(archive: FlaskClient, kept, get) -> None:
    """204, then 404 everywhere; a second time it is not there any more."""
    assert archive.delete(ONE).status_code == 204
    assert archive.delete(ONE).status_code == 404
    for part in ("", "/signal", "/beats", "/events", "/trend"):
        assert archive.get(ONE + part).status_code == 404
    assert archive.patch(ONE, json={"note": "late"}).status_code == 404
    assert numbers(get(SESSIONS)) == [3, 2]
    assert len(get("/api/v1/recordings/1/signal")["uv"]) == 3600


def test_what_is_being_recorded_is_not_deleted(archive: FlaskClient, kept) -> None:
    """409 and what to do; once it has ended, it goes."""
    answer = archive.delete(f"{SESSIONS}/3")
    assert answer.status_code == 409
    assert "being recorded" in answer.get_json()["error"]["what"]
    assert answer.get_json()["error"]["remedy"]
    kept.writer.end()
    kept.settle()
    assert archive.delete(f"{SESSIONS}/3").status_code == 204


def test_an_id_is_digits(archive: FlaskClient) -> None:
    """Anything else is no address, whatever it decodes to."""
    for number in ("1 ", "01", "1.0", "1e0", "+1", "\uff11", "1;", "1'", "%31%00"):
        answer = archive.get(f"{SESSIONS}/{number if '%' in number else quote(number)}")
        assert answer.status_code == 404


def test_a_damaged_store_is_told_as_such(archive: FlaskClient, kept) -> None:
    """503 with the reason, where the file is gone or no database any more."""
    (kept.data / "ecg.sqlite3").rename(kept.data / "elsewhere")
    answer = archive.get(SESSIONS)
    assert answer.status_code == 503
    assert "nothing is kept" in answer.get_json()["error"]["what"]
    (kept.data / "ecg.sqlite3").write_bytes(b"no database" * 1000)
    answer = archive.get(ONE)
    assert answer.status_code == 503 and answer.get_json()["error"]["what"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", SESSIONS),
        ("GET", ONE),
        ("GET", f"{ONE}/signal"),
        ("GET", f"{ONE}/beats"),
        ("GET", f"{ONE}/events"),
        ("GET", f"{ONE}/trend"),
        ("GET", f"{ONE}/export?format=csv"),
        ("PATCH", ONE),
        ("DELETE", ONE),
        ("GET", "/api/v1/recordings"),
        ("GET", "/api/v1/recordings/1"),
        ("GET", "/api/v1/recordings/1/signal"),
        ("PATCH", "/api/v1/recordings/1"),
        ("DELETE", "/api/v1/recordings/1"),
    ],
)
def test_where_nothing_is_kept_it_is_told(client: FlaskClient, method: str, path: str) -> None:
    """503 and how to keep something: not an empty list, which would say that there was nothing."""
    body = {"json": {"pinned": True}} if method == "PATCH" else {}
    answer = client.open(path, method=method, **body)
    assert answer.status_code == 503
    assert "--data" in answer.get_json()["error"]["remedy"]
