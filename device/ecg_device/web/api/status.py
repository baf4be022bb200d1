"""How the appliance is: its live state, its health, its description, its models."""

from importlib import resources

from flask import Blueprint, Response

from ecg_device.web import parameters
from ecg_device.web.appliance import Appliance
from ecg_device.web.replies import reply


def routes(appliance: Appliance) -> Blueprint:
    """`GET status` and `GET openapi.json`."""
    status = Blueprint("status", __name__)

    @status.get("/status")
    def state() -> Response:
        parameters.only()
        return reply(appliance.state())

    @status.get("/openapi.json")
    def description() -> Response:
        parameters.only()
        text = resources.files("ecg_device.web").joinpath("openapi.json").read_bytes()
        return Response(text, mimetype="application/json")

    return status
