"""The API of the running daemon against its own description, asked rightly and with malice."""

import http.client
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecg_device.bench.appliance import Appliance
from ecg_device.bench.viewer import Viewer

Start = Callable[..., Appliance]
Health = Callable[[str], tuple[int, dict[str, Any]]]
Schema = dict[str, Any]
ANYWHERE = {400, 403, 404, 405, 413, 415, 421}  # an Error that any request may get
EVENTS = "text/event-stream"


@dataclass(frozen=True)
class Answer:
    status: int
    kind: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Api:
    """The daemon's page, and the description that it gives of itself."""

    def __init__(self, page: str) -> None:
        where = urlsplit(page)
        self._client = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
        self.whole: Schema = self.ask("GET", "/api/v1/openapi.json").json

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """What is answered; of a stream, only that it begins."""
        try:
            self._client.request(method, path, body=body, headers=headers)
            answer = self._client.getresponse()
        except (ConnectionError, http.client.HTTPException):  # it was closed while idle
            self._client.close()
            self._client.request(method, path, body=body, headers=headers)
            answer = self._client.getresponse()
        kind = answer.headers.get_content_type()
        said = b"" if kind == EVENTS else answer.read()
        if kind == EVENTS:
            self._client.close()
        return Answer(answer.status, kind, said)

    def close(self) -> None:
        self._client.close()

    def operations(self, *methods: str) -> Iterator[tuple[str, str, Schema]]:
        """Address, method, operation; the parameters of its address are in it."""
        for path, operations in self.whole["paths"].items():
            shared = operations.get("parameters", [])
            for method in operations.keys() & set(methods):
                operation = operations[method]
                parameters = [
                    self.resolved(one) for one in shared + operation.get("parameters", [])
                ]
                yield path, method.upper(), {**operation, "parameters": parameters}

    def resolved(self, value: Schema) -> Schema:
        while "$ref" in value:
            found: Any = self.whole
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            value = found
        return value

    def check(self, answer: Answer, schema: Schema) -> None:
        closed = {**schema, "components": self.whole["components"]}
        jsonschema.Draft202012Validator(closed).validate(answer.json)

    def check_answer(self, operation: Schema, answer: Answer) -> None:
        """It is one of those described, or an error that any request may get."""
        described = operation["responses"].get(str(answer.status))
        if described is None:
            assert answer.status in ANYWHERE, answer
            described = self.whole["components"]["responses"]["Bad"]
        content = self.resolved(described).get("content", {})
        if not content:
            return
        schema = content.get(answer.kind) or content.get("*/*")
        assert schema, f"{answer.kind} is not described"
        if answer.kind == "application/json":
            self.check(answer, schema["schema"])


JSON = {"Content-Type": "application/json"}


@pytest.fixture
def appliance(start: Start) -> Appliance:
    """At ten times the pace, so that an ECG of 10 s takes one second."""
    return start("--speed", "10", "--source", "synthetic:demo")


@pytest.fixture
def api(appliance: Appliance) -> Iterator[Api]:
    """With something of all that can be kept."""

    with closing(Api(appliance.page)) as asker:

        def there(path: str) -> bool:
            return asker.ask("GET", path).status == 200

        appliance.until(lambda: there("/api/v1/status"), "a state")
        body = json.dumps({"seconds": 10})
        assert asker.ask("POST", "/api/v1/recordings", body, **JSON).status == 202
        appliance.until(lambda: there("/api/v1/recordings/1"), "a recording")
        yield asker


def written(value: Any) -> str:
    """A value of a query as it is typed."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(written, value)) if isinstance(value, list) else str(value)


def edges(api: Api, schema: Schema) -> Iterator[Any]:
    """The least, the most and the usual value, or all there are."""
    schema = api.resolved(schema)
    yield from schema.get("enum", [])
    yield from (schema[name] for name in ("minimum", "maximum", "default") if name in schema)
    if schema.get("type") == "boolean":
        yield from (True, False)
    if schema.get("type") == "string":
        yield from ("x" * schema.get(name, 1) for name in ("minLength", "maxLength"))
    if schema.get("type") == "array":
        yield from ([value] * schema["maxItems"] for value in edges(api, schema["items"]))


FILES = {"static": {"filename": "js/api.js"}}


def test_every_address_answers_as_it_is_described(appliance: Appliance, api: Api) -> None:
    """Each GET as it stands, then with each parameter at its edges: well, and of its schema."""
    asked = 0
    for path, method, operation in api.operations("get"):
        given = {one["name"]: one for one in operation["parameters"]}
        inside = FILES.get(operation["operationId"], {"session": 1, "recording": 1})
        address = path.format(**{name: inside.get(name) for name in re.findall(r"{(\w+)}", path)})
        queries = [{name: one for name, one in given.items() if one["in"] == "query"}]
        needed = {
            name: written(next(edges(api, one["schema"])))
            for name, one in queries[0].items()
            if one.get("required")
        }
        tries = [needed]
        for name, one in queries[0].items():
            tries += [{**needed, name: written(value)} for value in edges(api, one["schema"])]
        for query in tries:
            answer = api.ask(method, f"{address}?{urlencode(query)}" if query else address)
            nothing_there = operation["operationId"] == "export" and query.keys() & {"from", "to"}
            well = {302} if path == "/favicon.ico" else {200, 400} if nothing_there else {200}
            assert answer.status in well, (address, query, answer)
            api.check_answer(operation, answer)
            asked += 1
        if "400" in operation["responses"]:
            assert api.ask(method, f"{address}?nonsense=1").status == 400
    assert asked > 60
    assert appliance.complaints == ""


def test_the_stream_is_as_it_is_described(appliance: Appliance, api: Api) -> None:
    """Each message of the live stream is a Batch or a State."""
    viewer = Viewer(appliance.page, back_s=5)
    appliance.until(lambda: len(viewer.values("batch")) > 20 and viewer.values("state"), "news")
    viewer.close()
    for name, schema in (("batch", "Batch"), ("state", "State")):
        for value in viewer.values(name):
            answer = Answer(200, "application/json", json.dumps(value).encode())
            api.check(answer, {"$ref": f"#/components/schemas/{schema}"})


def test_wishes_are_granted(api: Api) -> None:
    """Limits, pause, note and pin: as they were asked for, so they are told afterwards."""

    def done(method: str, path: str, **fields: Any) -> Any:
        address = f"/api/v1/{path}"
        answer = api.ask(method, address, json.dumps(fields) if fields else None, **JSON)
        assert answer.status in (200, 204), answer
        for described, asked, operation in api.operations(method.lower()):
            if asked == method and re.fullmatch(re.sub(r"{\w+}", "[0-9]+", described), address):
                api.check_answer(operation, answer)
        return answer.json if answer.body else None

    limits = done("PATCH", "alarms/limits", rate_high_bpm=111, pvc_per_min=None)["limits"]
    assert (limits["rate_high_bpm"], limits["pvc_per_min"]) == (111, None)
    assert done("POST", "alarms/pause", seconds=60) == {"paused": True}
    assert done("DELETE", "alarms/pause") == {"paused": False}
    assert done("POST", "alarms/acknowledge", id=None) == {"acknowledged": True}
    assert done("DELETE", "recordings/current")["phase"] in ("idle", "done")
    assert done("PATCH", "sessions/1", note="a night", pinned=True)["note"] == "a night"
    assert done("PATCH", "recordings/1", pinned=True)["pinned"] is True
    assert api.ask("DELETE", "/api/v1/sessions/1").status == 409
    done("DELETE", "recordings/1")
    assert api.ask("GET", "/api/v1/recordings/1").status == 404


def hostile() -> st.SearchStrategy[str]:
    """What somebody might try as a value."""
    tricks = [
        "", "0", "-1", "1e9", "NaN", "inf", "null", "true", "9" * 400, "0x1", "1,2", "%00", "\x00",
        "' OR 1=1 --", "../../etc/passwd", "{{7*7}}", "<script>", "٣", "\ud83d", "a" * 5000,
        "9007199254740991", "9007199254740992", "-9223372036854775808", "18446744073709551616",
    ]  # fmt: skip
    return st.one_of(st.sampled_from(tricks), st.integers().map(str), st.text(max_size=50))


def bodies() -> st.SearchStrategy[bytes]:
    """What somebody might send: JSON of any shape, the right names with wrong values, or noise."""
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
    names = st.sampled_from(["pinned", "note", "seconds", "id", "rate_high_bpm", "asystole_s", "x"])
    objects = st.dictionaries(names, values, max_size=3)
    return (objects | values).map(lambda value: json.dumps(value).encode()) | st.binary()


@st.composite
def requests(draw: st.DrawFn, operations: list[tuple[str, str, Schema]]) -> tuple[Any, ...]:
    """An address and method of the description, with values that are not."""
    path, method, operation = draw(st.sampled_from(operations))

    def fill(match: re.Match[str]) -> str:
        return quote(draw(hostile() | st.sampled_from("12")), safe="", errors="replace")

    names = [one["name"] for one in operation["parameters"] if one["in"] == "query"] or ["x"]
    pairs = draw(st.lists(st.tuples(st.sampled_from(names) | st.text(), hostile()), max_size=4))
    query = urlencode(pairs, errors="replace")
    address = re.sub(r"{\w+}", fill, path) + (f"?{query}" if query else "")
    if method == "GET":
        return operation, method, address, None, {}
    kind = draw(st.sampled_from(["application/json", "application/json", "text/plain"]))
    return operation, method, address, draw(bodies()), {"Content-Type": kind}


def test_malice_is_answered_in_words(appliance: Appliance, api: Api) -> None:
    """Some hundred requests of any shape: none is a failure of ours, each answer is described."""
    operations = list(api.operations("get", "post", "patch", "delete"))
    seen: set[int] = set()

    @settings(
        max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(requests(operations))
    def ask(request: tuple[Any, ...]) -> None:
        operation, method, address, body, headers = request
        answer = api.ask(method, address, body, **headers)
        assert b"Traceback" not in answer.body
        assert answer.status != 500 and answer.status < 600
        if answer.status in (413, 414) and answer.kind == "text/plain":
            return  # the server's own, before the application saw it
        api.check_answer(operation, answer)
        seen.add(answer.status)

    ask()
    assert {200, 400, 404, 415} <= seen
    assert appliance.complaints == ""
    assert api.ask("GET", "/health").json["state"] == "ok"


def test_a_port_in_use_is_one_line(start: Start, appliance: Appliance, health: Health) -> None:
    """Status 1, the port and what to do; the one that has it goes on."""
    port = str(urlsplit(appliance.page).port)
    second = start("--port", port, folder=appliance.folder / "second")
    assert second.process.wait(20) == 1
    (line,) = second.complaints.splitlines()
    assert f"port {port}" in line and "--port" in line
    assert health(appliance.page)[0] == 200


def test_it_listens_to_this_machine_alone(appliance: Appliance) -> None:
    """Without a host given, its one socket that listens is of 127.0.0.1, as the kernel tells."""
    port = urlsplit(appliance.page).port
    listening = [
        fields[1]
        for name in ("tcp", "tcp6")
        for line in Path(f"/proc/{appliance.pid}/net/{name}").read_text().splitlines()[1:]
        if (fields := line.split())[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port
    ]
    assert listening == [f"0100007F:{port:04X}"]
