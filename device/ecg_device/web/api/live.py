"""The live stream: one a page, as many as there are seats."""

from collections.abc import Iterator

from flask import Blueprint, Response, request

from ecg_device.web import live_stream, parameters
from ecg_device.web.appliance import Appliance
from ecg_device.web.failures import RefusedError

RETRY_AFTER_S = 5


def routes(appliance: Appliance) -> Blueprint:
    """`GET live`."""
    live = Blueprint("live", __name__)

    @live.get("/live")
    def follow() -> Response:
        parameters.only("back")
        back = parameters.number("back", 0.0, least=0.0, most=live_stream.MOST_BACK_S)
        frames = _frames(appliance, back)
        if not appliance.broadcast.admit(appliance.most_viewers):
            raise _full(appliance.most_viewers)
        response = Response(frames, mimetype="text/event-stream")
        response.call_on_close(appliance.broadcast.leave)
        return response

    return live


def _frames(appliance: Appliance, back_s: float) -> Iterator[bytes]:
    broadcast = appliance.broadcast
    resumed = live_stream.resume_from(broadcast, request.headers.get("Last-Event-ID"))
    if resumed is not None:
        return live_stream.stream(broadcast, resumed, b"")
    state = appliance.state()
    now = live_stream.unnumbered("state", state) if state else b""
    return live_stream.stream(broadcast, broadcast.since(back_s), now)


def _full(most: int) -> RefusedError:
    return RefusedError(
        503,
        "all seats are taken",
        expected=f"at most {most} live pages at once",
        remedy="close the appliance's page elsewhere, then reload",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )
