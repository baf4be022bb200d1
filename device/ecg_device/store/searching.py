"""What to look for among sessions and recordings, as conditions of a query."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypedDict

Condition = tuple[str, tuple[Any, ...]]

MOST = 1000  # rows of a list


class Wanted(TypedDict, total=False):
    """What may be asked for by name: the fields of a Search."""

    from_ms: int | None
    to_ms: int | None
    symbol: str | None
    rhythm: str | None
    text: str | None
    pinned: bool | None
    conclusive: bool | None
    before: int | None
    limit: int


@dataclass(frozen=True, slots=True)
class Search:
    """None: any. Times are milliseconds of the wall clock; `before` is the last number seen."""

    from_ms: int | None = None
    to_ms: int | None = None
    symbol: str | None = None  # of a beat, as V
    rhythm: str | None = None  # its aux, as (AFIB, or a part of its name
    text: str | None = None  # in the note, the name or the source; a recording's conclusion
    pinned: bool | None = None
    conclusive: bool | None = None  # recordings alone
    before: int | None = None
    limit: int = 50


def in_sessions(search: Search) -> tuple[str, tuple[Any, ...]]:
    """The condition and its values, for rows of `session`."""
    return _joined(_in_sessions(search))


def in_recordings(search: Search) -> tuple[str, tuple[Any, ...]]:
    return _joined(_in_recordings(search))


def _in_sessions(search: Search) -> Iterator[Condition]:
    yield "NOT doomed", ()
    yield from _in_both(search)
    if search.from_ms is not None:
        yield "ended_ms >= ?", (search.from_ms,)
    if search.to_ms is not None:
        yield "began_ms < ?", (search.to_ms,)
    if search.symbol is not None:
        held = "SELECT session FROM tally WHERE kind = 'beat' AND key = ?"
        yield f"id IN ({held})", (search.symbol,)
    if search.rhythm is not None:
        named = "(key = ? OR name LIKE ? ESCAPE '\\')"
        held = f"SELECT session FROM tally WHERE kind = 'rhythm' AND {named}"
        now = "rhythm_aux = ? OR rhythm_name LIKE ? ESCAPE '\\'"
        yield f"(id IN ({held}) OR {now})", (search.rhythm, _part(search.rhythm)) * 2
    if search.text is not None:
        yield _like("note", "name", "source"), (_part(search.text),) * 3


def _in_recordings(search: Search) -> Iterator[Condition]:
    yield from _in_both(search)
    if search.from_ms is not None:
        yield "taken_ms >= ?", (search.from_ms,)
    if search.to_ms is not None:
        yield "taken_ms < ?", (search.to_ms,)
    if search.symbol is not None:
        held = "SELECT 1 FROM json_each(result, '$.beats') AS beat WHERE beat.key = ?"
        yield f"EXISTS ({held} AND beat.value > 0)", (search.symbol,)
    if search.rhythm is not None:
        aux, name = (f"json_extract(result, '$.rhythm.{field}')" for field in ("aux", "name"))
        condition = f"({aux} = ? OR {name} LIKE ? ESCAPE '\\')"
        yield condition, (search.rhythm, _part(search.rhythm))
    if search.conclusive is not None:
        yield "json_extract(result, '$.conclusive') = ?", (search.conclusive,)
    if search.text is not None:
        conclusion = "json_extract(result, '$.conclusion')"
        yield _like("note", "name", conclusion), (_part(search.text),) * 3


def _in_both(search: Search) -> Iterator[Condition]:
    if search.pinned is not None:
        yield "pinned = ?", (search.pinned,)
    if search.before is not None:
        yield "id < ?", (search.before,)


def _joined(conditions: Iterator[Condition]) -> tuple[str, tuple[Any, ...]]:
    texts: list[str] = []
    values: tuple[Any, ...] = ()
    for text, its in conditions:
        texts.append(text)
        values += its
    return " AND ".join(texts) or "1", values


def _like(*columns: str) -> str:
    return "(" + " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns) + ")"


def _part(text: str) -> str:
    """A pattern that finds the text as it stands, in any place."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
