"""ECGs of 10 or 30 seconds: taking one, and those that were taken."""

from flask import Blueprint, Response

from ecg_device.errors import ConfigError
from ecg_device.live import CancelTake, TakeEcg
from ecg_device.recordings.taker import LENGTHS_S
from ecg_device.store import edits
from ecg_device.web import parameters
from ecg_device.web.api import keeping, search
from ecg_device.web.appliance import Appliance
from ecg_device.web.failures import RefusedError
from ecg_device.web.kept import edit, reader_of
from ecg_device.web.replies import gone, reply
from ecg_device.web.waiting import answer


def routes(appliance: Appliance) -> Blueprint:
    """`recordings` and below."""
    recordings = Blueprint("recordings", __name__, url_prefix="/recordings")

    @recordings.get("")
    def listing() -> Response:
        return reply(reader_of(appliance).recordings(**search.wanted("conclusive")))

    @recordings.post("")
    def take() -> Response:
        seconds = _seconds(parameters.body({"seconds": _LENGTHS}))
        return reply(_taken(appliance, seconds), 202)

    @recordings.delete("/current")
    def cancel() -> Response:
        return reply(answer(appliance.ask(CancelTake())))

    @recordings.get("/<id:recording>")
    def one(recording: int) -> Response:
        parameters.only()
        return reply(reader_of(appliance).recording(recording))

    @recordings.patch("/<id:recording>")
    def keep(recording: int) -> Response:
        wish = keeping.wished()
        edit(appliance, edits.change_recording(recording, pinned=wish.pinned, note=wish.note))
        return reply(reader_of(appliance).recording(recording))

    @recordings.delete("/<id:recording>")
    def delete(recording: int) -> Response:
        edit(appliance, edits.delete_recording(recording))
        return gone()

    @recordings.get("/<id:recording>/signal")
    def signal(recording: int) -> Response:
        parameters.only()
        return reply(reader_of(appliance).recording_signal(recording))

    return recordings


_LENGTHS = " or ".join(map(str, LENGTHS_S))


def _seconds(fields: dict[str, object]) -> int:
    seconds = fields.get("seconds")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds not in LENGTHS_S:
        raise parameters.wrong_field("seconds", _LENGTHS, seconds)
    return seconds


def _taken(appliance: Appliance, seconds: int) -> object:
    """What was asked is right: a refusal now means that it is not the moment."""
    try:
        return answer(appliance.ask(TakeEcg(seconds)))
    except ConfigError as error:
        raise RefusedError(409, error.what, remedy=error.remedy) from error
