"""What machines that look after the appliance ask for: `/health` and `/metrics`."""

from flask import Blueprint, Response

from ecg_device.health import Condition
from ecg_device.web import metrics, parameters
from ecg_device.web.appliance import Appliance
from ecg_device.web.replies import reply


def routes(appliance: Appliance) -> Blueprint:
    """`GET /health` and `GET /metrics`."""
    watching = Blueprint("watching", __name__)

    @watching.get("/health")
    def health() -> Response:
        parameters.only()
        report = appliance.health.report()
        return reply(report, 503 if report["state"] == Condition.FAULT else 200)

    @watching.get("/metrics")
    def figures() -> Response:
        parameters.only()
        told = metrics.families(
            appliance.state(), appliance.health.report(), appliance.broadcast.next_seq
        )
        return Response(metrics.text(told), content_type=metrics.CONTENT_TYPE)

    return watching
