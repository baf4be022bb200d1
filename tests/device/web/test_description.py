"""The OpenAPI description: valid by its standard, and of exactly what is served."""

import json

from flask.testing import FlaskClient
from openapi_spec_validator import validate

from ecg_device import exporting
from ecg_device.alarms.limits import ALLOWED
from ecg_device.recordings.taker import LENGTHS_S
from ecg_device.store.edits import LONGEST_NOTE
from ecg_device.web import Appliance, create_app
from ecg_device.web.api import sessions
from ecg_device.web.live_stream import MOST_BACK_S
from ecg_device.web.parameters import LARGEST


def test_the_description_is_openapi_3_1(description) -> None:
    """A peer that knows the standard finds no fault with it."""
    validate(description.whole)
    assert description.whole["openapi"].startswith("3.1")


def test_each_route_is_described_and_each_description_has_a_route(
    appliance: Appliance, description
) -> None:
    """Addresses and methods are the same ones, there and here."""
    rules = list(create_app(appliance).url_map.iter_rules())
    served = {
        (description.template(rule), method.lower())
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = {
        (path, method)
        for path, operations in description.whole["paths"].items()
        for method in operations.keys() - {"parameters"}
    }
    assert served == described


def test_every_operation_has_a_name_of_its_own(description) -> None:
    """Clients that are generated from it need one each."""
    names = [
        operation["operationId"]
        for operations in description.whole["paths"].values()
        for method, operation in operations.items()
        if method != "parameters"
    ]
    assert len(names) == len(set(names)) > 20


def test_the_description_is_served_as_it_is(client: FlaskClient, description) -> None:
    """What a client downloads is the file that the tests hold answers against."""
    assert json.loads(client.get("/api/v1/openapi.json").data) == description.whole


def test_bounds_are_those_of_the_program(description) -> None:
    """Each is written down once in the program, and the description says the same."""
    whole = description.whole
    paths, parts = whole["paths"], whole["components"]

    def parameter(path: str, name: str) -> dict:
        told = paths[path]["get"]["parameters"]
        return next(one["schema"] for one in told if one.get("name") == name)

    one = "/api/v1/sessions/{session}"
    assert parameter(f"{one}/signal", "bins")["maximum"] == sessions.MOST_BINS
    assert parameter(f"{one}/trend", "points")["maximum"] == sessions.MOST_POINTS
    assert parameter(f"{one}/beats", "limit")["maximum"] == sessions.MOST_ROWS
    assert parameter("/api/v1/live", "back")["maximum"] == MOST_BACK_S
    assert sorted(parameter(f"{one}/export", "format")["enum"]) == sorted(exporting.FORMATS)
    assert parts["parameters"]["from"]["schema"]["maximum"] == LARGEST
    assert tuple(parts["schemas"]["EventKind"]["enum"]) == sessions.KINDS
    keeping = parts["requestBodies"]["Keeping"]["content"]["application/json"]["schema"]
    assert keeping["properties"]["note"]["maxLength"] == LONGEST_NOTE
    take = paths["/api/v1/recordings"]["post"]["requestBody"]["content"]["application/json"]
    assert tuple(take["schema"]["properties"]["seconds"]["enum"]) == LENGTHS_S
    limits = paths["/api/v1/alarms/limits"]["patch"]["requestBody"]["content"]["application/json"]
    assert limits["schema"]["examples"][0].keys() <= ALLOWED.keys()


def test_everything_is_put_into_words(description) -> None:
    """Each operation has a summary, each parameter of it a description."""
    whole = description.whole
    for path, operations in whole["paths"].items():
        for method, operation in operations.items():
            if method == "parameters":
                continue
            assert operation["summary"], path
            for one in operation.get("parameters", []):
                name = one.get("$ref", "").rpartition("/")[2]
                told = whole["components"]["parameters"][name] if name else one
                assert told["description"], (path, told["name"])
