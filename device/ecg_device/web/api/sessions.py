"""What is kept all the time: sessions, and their signal, beats, events and trends."""

from flask import Blueprint, Response

from ecg_device.store import edits
from ecg_device.web import parameters
from ecg_device.web.api import keeping, search
from ecg_device.web.appliance import Appliance
from ecg_device.web.kept import edit, reader_of
from ecg_device.web.replies import gone, reply

MOST_BINS, _BINS = 4096, 2048
MOST_POINTS, _POINTS = 4096, 600
MOST_ROWS, _ROWS = 10_000, 1000
KINDS = ("quality", "rhythm", "alarm", "technical", "clock", "model")


def routes(appliance: Appliance) -> Blueprint:
    """`sessions` and below."""
    sessions = Blueprint("sessions", __name__, url_prefix="/sessions")

    @sessions.get("")
    def listing() -> Response:
        return reply(reader_of(appliance).sessions(**search.wanted()))

    @sessions.get("/<id:session>")
    def one(session: int) -> Response:
        parameters.only()
        return reply(reader_of(appliance).session(session))

    @sessions.patch("/<id:session>")
    def keep(session: int) -> Response:
        wish = keeping.wished()
        edit(appliance, edits.change_session(session, pinned=wish.pinned, note=wish.note))
        return reply(reader_of(appliance).session(session))

    @sessions.delete("/<id:session>")
    def delete(session: int) -> Response:
        edit(appliance, edits.delete_session(session))
        return gone()

    @sessions.get("/<id:session>/signal")
    def signal(session: int) -> Response:
        parameters.only("from", "to", "bins")
        first, stop = parameters.span()
        bins = parameters.whole("bins", _BINS, least=2, most=MOST_BINS)
        return reply(reader_of(appliance).signal(session, first, stop, bins))

    @sessions.get("/<id:session>/beats")
    def beats(session: int) -> Response:
        parameters.only("from", "to", "symbols", "after", "before", "limit")
        first, stop = parameters.span()
        found = reader_of(appliance).beats(
            session,
            first,
            stop,
            symbols=parameters.words("symbols", longest=1),
            after=parameters.whole("after"),
            before=parameters.whole("before"),
            limit=parameters.whole("limit", _ROWS, least=1, most=MOST_ROWS),
        )
        return reply(found)

    @sessions.get("/<id:session>/events")
    def events(session: int) -> Response:
        parameters.only("from", "to", "kinds", "limit")
        first, stop = parameters.span()
        found = reader_of(appliance).events(
            session,
            first,
            stop,
            kinds=parameters.words("kinds", among=KINDS),
            limit=parameters.whole("limit", _ROWS, least=1, most=MOST_ROWS),
        )
        return reply(found)

    @sessions.get("/<id:session>/trend")
    def trend(session: int) -> Response:
        parameters.only("from", "to", "points")
        first, stop = parameters.span()
        points = parameters.whole("points", _POINTS, least=1, most=MOST_POINTS)
        return reply(reader_of(appliance).trend(session, first, stop, points))

    return sessions
