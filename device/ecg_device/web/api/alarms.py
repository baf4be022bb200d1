"""What is wrong with the heart or the appliance, its limits, and being asked to be quiet."""

from dataclasses import asdict

from flask import Blueprint, Response

from ecg_device.alarms.limits import ALLOWED
from ecg_device.live import Acknowledge, PauseAlarms, ResumeAlarms, SetLimits
from ecg_device.web import parameters
from ecg_device.web.appliance import Appliance
from ecg_device.web.failures import RefusedError
from ecg_device.web.now import live_state
from ecg_device.web.replies import reply
from ecg_device.web.waiting import answer


def routes(appliance: Appliance) -> Blueprint:
    """`alarms` and below."""
    alarms = Blueprint("alarms_api", __name__, url_prefix="/alarms")

    @alarms.get("")
    def current() -> Response:
        parameters.only()
        return reply(live_state(appliance)["alarms"])

    @alarms.patch("/limits")
    def limits() -> Response:
        wanted = parameters.body({name: allowed.unit for name, allowed in ALLOWED.items()})
        return reply({"limits": asdict(answer(appliance.ask(SetLimits(wanted))))})

    @alarms.post("/acknowledge")
    def acknowledge() -> Response:
        alarm = _alarm(parameters.body({"id": "the alarm's id, or null for all"}))
        if not answer(appliance.ask(Acknowledge(alarm))) and alarm is not None:
            raise RefusedError(404, "there is no such alarm", received=alarm)
        return reply({"acknowledged": True})

    @alarms.post("/pause")
    def pause() -> Response:
        seconds = _seconds(parameters.body({"seconds": "how long"}))
        answer(appliance.ask(PauseAlarms(seconds)))
        return reply({"paused": True})

    @alarms.delete("/pause")
    def resume() -> Response:
        answer(appliance.ask(ResumeAlarms()))
        return reply({"paused": False})

    return alarms


def _alarm(fields: dict[str, object]) -> str | None:
    alarm = fields.get("id")
    return None if alarm is None else parameters.text_field("id", alarm, longest=100)


def _seconds(fields: dict[str, object]) -> int:
    seconds = fields.get("seconds")
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise parameters.wrong_field("seconds", "a whole number", seconds)
    return seconds
