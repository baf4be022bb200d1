"""Sessions as files to take away."""

from flask import Blueprint, Response, request

from ecg_device import exporting
from ecg_device.web import parameters
from ecg_device.web.appliance import Appliance
from ecg_device.web.connections import GONE_KEY
from ecg_device.web.exports import MOST_AT_ONCE, SUFFIXES, Exporter, Wanted, pieces
from ecg_device.web.failures import RefusedError
from ecg_device.web.kept import reader_of

_TYPES = {"csv": "text/csv", "edf": "application/edf", "wfdb": "application/zip"}
RETRY_AFTER_S = 30


def routes(appliance: Appliance) -> Blueprint:
    """`GET sessions/ID/export`."""
    exports = Blueprint("exports", __name__, url_prefix="/sessions")
    exporter = Exporter(appliance.data) if appliance.data else None

    @exports.get("/<id:session>/export")
    def export(session: int) -> Response:
        wanted = _wanted(appliance, session)
        headers = {"Content-Disposition": f'attachment; filename="{_name(appliance, wanted)}"'}
        kind = _TYPES[wanted.format]
        if request.method == "HEAD" or exporter is None:
            return Response(headers=headers, mimetype=kind)
        return _made(exporter, wanted, Response(headers=headers, mimetype=kind))

    return exports


def _wanted(appliance: Appliance, session: int) -> Wanted:
    parameters.only("format", "from", "to")
    format = parameters.choice("format", exporting.FORMATS)
    first, stop = parameters.span()
    row = reader_of(appliance).session(session)
    begin = max(row["first"], first or 0)
    end = row["stop"] if stop is None else min(row["stop"], stop)
    if begin >= end:
        raise RefusedError(
            400,
            "there is no signal between from and to",
            expected=f"samples {row['first']} to {row['stop']}",
            received=f"{first} to {stop}",
        )
    from_s, to_s = ((at - row["first"]) / row["rate_hz"] for at in (begin, end))
    return Wanted(session, format, from_s, to_s, end - begin)


def _name(appliance: Appliance, wanted: Wanted) -> str:
    stem = exporting.file_stem(reader_of(appliance), wanted.session)
    return stem + SUFFIXES[wanted.format]


def _made(exporter: Exporter, wanted: Wanted, response: Response) -> Response:
    """The response with the file in it; its place is free again once it is sent."""
    if not exporter.begin():
        raise _busy()
    try:
        file = exporter.make(wanted, request.environ.get(GONE_KEY, _stays))
    except BaseException:
        exporter.end()
        raise
    response.call_on_close(file.close)
    response.call_on_close(exporter.end)
    response.content_length = file.seek(0, 2)
    file.seek(0)
    response.response = pieces(file)
    return response


def _stays() -> bool:
    return False


def _busy() -> RefusedError:
    return RefusedError(
        503,
        "other exports are being made",
        expected=f"at most {MOST_AT_ONCE} at a time",
        remedy="wait until they are done",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )
