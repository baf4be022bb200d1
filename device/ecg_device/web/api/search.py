"""What sessions and recordings are searched by."""

from ecg_device.store import Wanted
from ecg_device.web import parameters

_MOST_ROWS, _ROWS = 200, 50
_NAMES = ("from", "to", "symbol", "rhythm", "text", "pinned", "before", "limit")


def wanted(*further: str) -> Wanted:
    """The query as the store's reader takes it."""
    parameters.only(*_NAMES, *further)
    return Wanted(
        from_ms=parameters.whole("from"),
        to_ms=parameters.whole("to"),
        symbol=parameters.text("symbol", longest=1),
        rhythm=parameters.text("rhythm", longest=40),
        text=parameters.text("text"),
        pinned=parameters.flag("pinned"),
        conclusive=parameters.flag("conclusive"),
        before=parameters.whole("before", least=1),
        limit=parameters.whole("limit", _ROWS, least=1, most=_MOST_ROWS),
    )
