"""Kept sessions as rows of a table, and one of them in full."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ecg_device.cli.progress import clock_time
from ecg_device.cli.result_card import rhythm_words

Session = Mapping[str, Any]

_COLUMNS = "{id:>5}  {began:<19}  {duration:>9}  {size:>8}  {source:<{width}}  {rest}"
_WIDEST = 30  # of a source in a row
_SHOWN = 3  # rhythms in a row; `show` has them all
_KB, _MB, _GB = 1e3, 1e6, 1e9


def rows(sessions: Sequence[Session]) -> Iterator[str]:
    """A heading and a row each; nothing where there is none."""
    if not sessions:
        return
    width = max(len("source"), *(len(_source(session)) for session in sessions))
    yield _COLUMNS.format(
        id="id",
        began="began",
        duration="duration",
        size="size",
        source="source",
        width=width,
        rest="labels; rhythm",
    )
    for session in sessions:
        yield _COLUMNS.format(
            id=session["id"],
            began=_moment(session["began_ms"]),
            duration=clock_time(session["duration_s"]),
            size=_size(session["bytes"]),
            source=_source(session),
            width=width,
            rest="; ".join(part for part in _rest(session) if part),
        ).rstrip()


def in_words(session: Session) -> str:
    """Enough of it to be sure which one it is."""
    parts = (
        f"session {session['id']}",
        f"{_moment(session['began_ms'])}, {clock_time(session['duration_s'])}",
        session["source"],
        *_marks(session),
        f"note: {session['note']}" if session["note"] else "",
    )
    return "; ".join(" ".join(part.split()) for part in parts if part)


def details(session: Session) -> Iterator[str]:
    """All that is known, a line each."""
    for name, value in _details(session):
        yield f"{name:<11}  {value}"


def _details(session: Session) -> Iterator[tuple[str, str]]:
    yield "session", "; ".join((str(session["id"]), *_marks(session)))
    yield "began", _moment(session["began_ms"])
    ended = session["ended_ms"]
    yield "ended", "still being recorded" if ended is None else _moment(ended)
    yield "duration", f"{clock_time(session['duration_s'])} ({session['duration_s']:.3f} s)"
    yield "source", f"{session['source']} ({session['name']})"
    yield "signal", f"lead {session['lead']}, {session['rate_hz']:g} Hz"
    yield "samples", f"{session['first']} to {session['stop']}" + _lacking(session)
    yield "usable", f"{session['usable']:.1%}"
    yield "heart rate", _rate(session["rate"])
    yield "beats", f"{sum(session['beats'].values())}" + _in_brackets(_labels(session))
    for rhythm in session["rhythms"]:
        yield "rhythm", f"{rhythm_words(rhythm)}, {clock_time(rhythm['seconds'])}"
    yield "named by", session["model"] or "nothing: beats have no names"
    yield "software", f"ecg-device {session['software']}"
    yield "size", _size(session["bytes"])
    if session["note"]:
        yield "note", " ".join(session["note"].split())


def _rest(session: Session) -> Iterator[str]:
    yield from _marks(session)
    yield _labels(session)
    yield _rhythms(session)


def _marks(session: Session) -> Iterator[str]:
    marks = ("simulated", "SIMULATED"), ("live", "being recorded"), ("pinned", "pinned")
    yield from (words for name, words in marks if session[name])


def _labels(session: Session) -> str:
    return " ".join(f"{symbol} {count}" for symbol, count in session["beats"].items())


def _rhythms(session: Session) -> str:
    """The rhythms by how long they lasted, as shares of the session."""
    whole = session["duration_s"]
    shares = [
        f"{rhythm_words(rhythm)} {rhythm['seconds'] / whole:.1%}"
        for rhythm in session["rhythms"]
        if whole and rhythm["seconds"] / whole >= 0.0005
    ]
    return ", ".join(shares[:_SHOWN] + ["..."] * (len(shares) > _SHOWN))


def _rate(rate: Mapping[str, float] | None) -> str:
    if rate is None:
        return "none could be given"
    return f"{rate['mean']:.0f} bpm on average, from {rate['lowest']:.0f} to {rate['highest']:.0f}"


def _lacking(session: Session) -> str:
    missing, late = session["missing"], session["late"]
    return f", {missing} missing, {late} late"


def _in_brackets(words: str) -> str:
    return f" ({words})" if words else ""


def _source(session: Session) -> str:
    """Its end where it is long: of a path that tells most."""
    source = " ".join(session["source"].split())
    return source if len(source) <= _WIDEST else f"...{source[3 - _WIDEST :]}"


def _moment(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000):%Y-%m-%d %H:%M:%S}"


def _size(count: int) -> str:
    for unit, name in ((_GB, "GB"), (_MB, "MB"), (_KB, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} B"
