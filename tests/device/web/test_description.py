"""The OpenAPI description: valid by its standard, and of exactly what is served."""

import json

from flask.testing import FlaskClient
from openapi_spec_validator import validate

from ecg_device.web import Appliance, create_app


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
