"""How the appliance is: its live state, its models, this interface's own description."""

from importlib import resources

from flask import Blueprint, Response

from ecg_device.web import models, parameters
from ecg_device.web.appliance import Appliance
from ecg_device.web.now import live_state
from ecg_device.web.replies import reply


def routes(appliance: Appliance) -> Blueprint:
    """`status`, `models` and `openapi.json`."""
    status = Blueprint("status", __name__)

    @status.get("/status")
    def now() -> Response:
        parameters.only()
        return reply(live_state(appliance))

    @status.get("/models")
    def bundles() -> Response:
        parameters.only()
        return reply({"models": models.listed(), "in_use": appliance.state().get("model")})

    @status.get("/openapi.json")
    def description() -> Response:
        parameters.only()
        text = resources.files("ecg_device.web").joinpath("openapi.json").read_bytes()
        return Response(text, mimetype="application/json")

    return status
