"""An appliance to ask, each of whose answers is held against its own description."""

import http.client
import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
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
from ecg_device.web import Appliance, Server, create_app

ANYWHERE = (403, 404, 405, 413, 421, 500)  # may answer any request, with an Error

STATE: dict[str, Any] = json.loads(Path(__file__).with_name("state.json").read_text("utf-8"))
STATE["alarms"]["limits"] = limits_schema(Limits())  # the rest is what the daemon told of `pvc`


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


@pytest.fixture(scope="session")
def client_of() -> Callable[[Appliance], FlaskClient]:
    """Who asks an appliance, and holds each answer against the description."""

    def make(appliance: Appliance) -> FlaskClient:
        app = create_app(appliance)
        app.test_client_class = Client
        return app.test_client()

    return make


@pytest.fixture
def client(appliance: Appliance, client_of: Callable[[Appliance], FlaskClient]) -> FlaskClient:
    return client_of(appliance)


Serve = Callable[..., Server]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(appliance)`: the real server on a free port, with options of `Server`."""
    with ExitStack() as stack:

        def begin(appliance: Appliance, host: str = "127.0.0.1", **options: Any) -> Server:
            server = Server(create_app(appliance), host, **{"port": 0, **options})
            server.start()
            stack.callback(server.stop)
            return server

        yield begin


class Complaints(logging.Handler):
    """Whatever is logged as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@pytest.fixture
def unconcerned() -> Iterator[None]:
    """Nothing that was met is worth a line in the log: whatever peers do is their affair."""
    complaints = Complaints()
    logging.getLogger().addHandler(complaints)
    yield
    logging.getLogger().removeHandler(complaints)
    assert complaints.heard == []


class RawPage:
    """A server as a peer sees it who writes the bytes of HTTP itself."""

    def __init__(self, server: Server) -> None:
        self.port = int(server.url.rstrip("/").rpartition(":")[2])

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def sent(self, data: bytes) -> bytes:
        """What is answered to these bytes, after which nothing more is sent."""
        with self.connect() as peer:
            with suppress(ConnectionError):
                peer.sendall(data)
                peer.shutdown(socket.SHUT_WR)
            return self.answered(peer)

    def asked(self, path: str = "/api/v1/status") -> tuple[int, float]:
        """The status of an ordinary request, and how long it took."""
        begun = time.monotonic()
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        client.request("GET", path)
        answer = client.getresponse()
        answer.read()
        client.close()
        return answer.status, time.monotonic() - begun

    @staticmethod
    def answered(peer: socket.socket) -> bytes:
        """All that comes until the server closes."""
        said = b""
        while piece := peer.recv(65_536):
            said += piece
        return said

    @staticmethod
    def status(said: bytes) -> int:
        assert said.startswith(b"HTTP/1.1 "), said[:200]
        return int(said.split(b" ", 2)[1])


@pytest.fixture(scope="session")
def raw_page() -> type[RawPage]:
    return RawPage


@pytest.fixture
def page(serve: Callable[..., Server], appliance: Appliance, unconcerned: None) -> RawPage:
    """A server of eight threads."""
    return RawPage(serve(appliance, viewers=2))
