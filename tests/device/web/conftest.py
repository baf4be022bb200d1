"""An appliance to ask, each of whose answers is held against its own description."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from ecg_device.alarms.limits import Limits, limits_schema
from ecg_device.health import Health
from ecg_device.live import Broadcast, Request
from ecg_device.web import Appliance, create_app

ANYWHERE = (403, 404, 405, 413, 421, 500)  # may answer any request, with an Error

STATE: dict[str, Any] = {  # as the running daemon told it of `synthetic:pvc`
    "now_ms": 1_795_000_000_123,
    "epoch": 1,
    "session": 7,
    "source": {
        "name": "pvc",
        "kind": "synthetic",
        "lead": "II",
        "rate_hz": 360.0,
        "simulated": True,
        "rails_mv": [-1.5, 1.5],
    },
    "software": "0.1.0",
    "model": "aami",
    "signal": {"state": "ok", "reason": ""},
    "leads": {"ra": "on", "la": "on", "rl": "on"},
    "heart_rate": {"bpm": 72.4, "intervals": 8, "reason": ""},
    "rhythm": {
        "name": "sinus rhythm",
        "aux": "(N",
        "evidence": ["rate 72 bpm"],
        "reason": "",
        "since": 720,
    },
    "af": {"likelihood": 0.02, "reason": ""},
    "pvc_per_min": 6,
    "alarms": {
        "active": [
            {
                "id": "rate-high-1",
                "kind": "rate-high",
                "priority": "medium",
                "technical": False,
                "text": 'HR 132 > 130 "fast"',
                "value": 132.0,
                "limit": 130.0,
                "since_ms": 1_795_000_000_000,
                "acknowledged": False,
                "holds": True,
            }
        ],
        "paused_until_ms": None,
        "limits": limits_schema(Limits()),
    },
    "take": {
        "phase": "idle",
        "seconds": 0,
        "elapsed_s": 0.0,
        "remaining_s": 0.0,
        "reason": "",
        "advice": "",
        "recording": None,
        "kept": "",
    },
    "storage": {
        "storing": True,
        "reason": "",
        "used_bytes": 1_000_000,
        "quota_bytes": 4_000_000_000,
        "free_bytes": 9_000_000_000,
        "lost": 0,
    },
    "health": {"state": "ok", "reasons": []},
    "sampling": {"rate_hz": 360.01, "late": 3, "missing": 0},
    "viewers": 1,
}


class Description:
    """The appliance's description of its own API."""

    def __init__(self) -> None:
        text = resources.files("ecg_device.web").joinpath("openapi.json").read_text("utf-8")
        self.whole: dict[str, Any] = json.loads(text)

    def check(self, value: object, schema: dict[str, Any]) -> None:
        """Raises where a JSON value is not as the schema wants it."""
        closed = {**schema, "components": self.whole["components"]}
        jsonschema.Draft202012Validator(closed).validate(value)

    def check_named(self, value: object, name: str) -> None:
        self.check(value, {"$ref": f"#/components/schemas/{name}"})

    def check_answer(self, app: Flask, method: str, path: str, answer: TestResponse) -> None:
        """Raises where an answer is not one of those described for its request."""
        described = self._answers(app, method, path).get(str(answer.status_code))
        if described is None:
            assert answer.status_code in ANYWHERE, f"{method} {path}: {answer.status}"
            if answer.mimetype == "application/json":
                self.check_named(answer.get_json(), "Error")
            return
        content = self._resolved(described).get("content", {})
        if not content or method == "HEAD" or answer.status_code == 304:
            return
        kind = answer.mimetype if answer.mimetype in content else "*/*"
        assert kind in content, f"{method} {path}: {answer.mimetype} is not described"
        if answer.mimetype == "application/json":
            self.check(answer.get_json(), content[kind]["schema"])

    @staticmethod
    def template(rule: Rule) -> str:
        """A rule of the app as the description writes its address."""
        parts = "".join(f"{{{part}}}" if dynamic else part for dynamic, part in rule._trace)
        return parts.removeprefix("|")

    def _answers(self, app: Flask, method: str, path: str) -> dict[str, Any]:
        try:
            rule, _ = app.url_map.bind("localhost").match(path, method=method, return_rule=True)
        except HTTPException:
            return {}
        operations = self.whole["paths"][self.template(rule)]
        if method == "OPTIONS":
            return {"200": {}}
        return operations["get" if method == "HEAD" else method.lower()]["responses"]

    def _resolved(self, answer: dict[str, Any]) -> dict[str, Any]:
        """An answer by itself, or the shared one that it names."""
        if "$ref" not in answer:
            return answer
        return self.whole["components"]["responses"][answer["$ref"].rpartition("/")[2]]


class Client(FlaskClient):
    """Holds each answer against the description."""

    description = Description()

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        answer = super().open(*arguments, **{"buffered": True, **options})
        request = answer.request
        if answer.mimetype != "text/event-stream":
            self.description.check_answer(self.application, request.method, request.path, answer)
        return answer


@dataclass
class Engine:
    """Who grants wishes: here at once, with what the test has it answer."""

    answer: Callable[[Request], Any] = lambda request: None
    asked: list[Request] = field(default_factory=list)

    def ask(self, request: Request) -> "Future[Any]":
        self.asked.append(request)
        future: Future[Any] = Future()
        try:
            future.set_result(self.answer(request))
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture(scope="session")
def description() -> Description:
    return Client.description


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def broadcast() -> Iterator[Broadcast]:
    broadcast = Broadcast()
    yield broadcast
    broadcast.close()


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
def appliance(engine: Engine, broadcast: Broadcast, health: Health) -> Appliance:
    """One that watches and keeps nothing."""
    return Appliance(
        broadcast=broadcast,
        health=health,
        state=lambda: STATE,
        ask=engine.ask,
        hosts=frozenset({"ecg.example"}),
        most_viewers=2,
    )


@pytest.fixture
def client(appliance: Appliance) -> FlaskClient:
    return client_of(create_app(appliance))


def client_of(app: Flask) -> FlaskClient:
    app.test_client_class = Client
    return app.test_client()
