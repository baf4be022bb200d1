"""Who is let in: the right name, the appliance's own pages, requests of a sane size."""

import socket

import pytest
from flask.testing import FlaskClient

API = "/api/v1/status"
PAUSE = "/api/v1/alarms/pause"
HOSTILE = [
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example:80",
    "localhost:80:80",
    "localhost:port",
    "user@localhost",
    "localhost/",
    "[::1",
    "::1",
    "0x7f.1",
    "2130706433",
    "127.1",
    "localhost\t",
    "",
    "ecg.example.",
    "é.example",
    "x" * 5000,
]


@pytest.mark.parametrize("host", HOSTILE)
def test_other_names_are_misdirected(client: FlaskClient, host: str) -> None:
    """A name that somebody else points at this machine (DNS rebinding) shows nothing of it."""
    answer = client.get(API, headers={"Host": host})
    assert answer.status_code == 421
    assert answer.get_json()["error"]["expected"]


@pytest.mark.parametrize(
    "host",
    [
        *[
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1",
            "192.168.1.7:80",
            "[::1]:8080",
            "ecg.example",
        ],
        *[socket.gethostname(), f"{socket.gethostname()}.local"],
    ],
)
def test_own_names_and_addresses_are_served(client: FlaskClient, host: str) -> None:
    """The machine's names, the configured ones and any address in digits lead here."""
    assert client.get(API, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:81"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
def test_other_sites_change_nothing(client: FlaskClient, engine, headers: dict[str, str]) -> None:
    """A page of another site cannot pause alarms, though the browser would send its request."""
    answer = client.delete(PAUSE, headers={"Host": "localhost", **headers})
    assert answer.status_code == 403
    assert engine.asked == []


def test_own_pages_and_programs_do(client: FlaskClient, engine) -> None:
    """A browser names our own page as the origin; curl names none."""
    own = {"Host": "ecg.example:8080", "Origin": "http://ecg.example:8080"}
    assert client.delete(PAUSE, headers={**own, "Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert client.delete(PAUSE).status_code == 200
    assert len(engine.asked) == 2


def test_other_sites_may_link_but_not_read(client: FlaskClient) -> None:
    """A link from elsewhere opens a page; a script, image or stream from elsewhere gets nothing."""
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/", headers=link).status_code == 200
    embedded = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert client.get("/api/v1/live", headers=embedded).status_code == 403


def test_large_bodies_are_refused(client: FlaskClient) -> None:
    """A body of more than a few kilobytes is nothing that anybody has to say here."""
    answer = client.post(PAUSE, data=b"x" * 100_000, content_type="application/json")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/status", "/static/icon.svg", "/nowhere", "/metrics"]
)
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    """No scripts but our own, no frames, no sniffing, no referrer: whatever is answered."""
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_what_is_measured_is_never_cached(client: FlaskClient) -> None:
    """A state from a cache would be an old one that looks live; scripts are asked for anew."""
    assert client.get(API).headers["Cache-Control"] == "no-store"
    static = client.get("/static/icon.svg")
    assert static.headers["Cache-Control"] == "no-cache"
    again = client.get("/static/icon.svg", headers={"If-None-Match": static.headers["ETag"]})
    assert again.status_code == 304
