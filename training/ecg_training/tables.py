"""A result as a table: Markdown for people and READMEs, plain values for JSON."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ecg_device.signals import BoolArray

Value = str | int | float | None
Row = dict[str, Value]
UNKNOWN = "-"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key of its values in a row, its heading, how a value is written."""

    key: str
    heading: str
    spec: str = ""  # format specification of numbers, e.g. ".2f" or ".1%"

    def text(self, row: Row) -> str:
        value = row.get(self.key)
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return UNKNOWN
        return value if isinstance(value, str) else format(value, self.spec)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, with a line that says what they are."""

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]

    def markdown(self) -> str:
        """The table, padded so that it reads well as plain text too."""
        cells = [[c.heading for c in self.columns]]
        cells += [[c.text(row) for c in self.columns] for row in self.rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        justify: list[Callable[[str, int], str]] = [
            str.rjust if self._is_numeric(c) else str.ljust for c in self.columns
        ]
        lines = [
            "| " + " | ".join(j(t, w) for j, t, w in zip(justify, row, widths, strict=True)) + " |"
            for row in cells
        ]
        rule = "".join(
            "|" + "-" * (w + 1) + (":" if self._is_numeric(c) else "-")
            for c, w in zip(self.columns, widths, strict=True)
        )
        return "\n".join([f"**{self.title}**", "", lines[0], rule + "|", *lines[1:]])

    def as_json(self) -> dict[str, object]:
        """Title and rows with unrounded values; what is undefined is null."""
        rows = [
            {c.key: _plain(row.get(c.key)) for c in self.columns if c.key in row}
            for row in self.rows
        ]
        return {"title": self.title, "rows": rows}

    def _is_numeric(self, column: Column) -> bool:
        return not any(isinstance(row.get(column.key), str) for row in self.rows)


def percent(hits: BoolArray) -> float:
    """The share of hits; NaN of nothing."""
    return 100.0 * float(hits.mean()) if len(hits) else math.nan


def _plain(value: Value) -> Value:
    return None if isinstance(value, float) and not math.isfinite(value) else value
