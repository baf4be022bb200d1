"""Values out of a JSON object, each of the type it must have, or an error that names its key."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecg_device.errors import ModelError

T = TypeVar("T")

_WORDS: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    dict: "an object",
    list: "a list",
}
_REMEDY = "the bundle is damaged or of another version: export it anew"


class Fields:
    """A JSON object and where it stands, so that an error can say `card.json: window.before`."""

    def __init__(self, values: Mapping[str, Any], origin: str, path: str = "") -> None:
        self._values = values
        self._origin = origin
        self._path = path

    def has(self, key: str) -> bool:
        return self._values.get(key) is not None

    def text(self, key: str) -> str:
        return self._get(key, str)

    def integer(self, key: str) -> int:
        return self._get(key, int)

    def number(self, key: str) -> float:
        value = self._present(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            raise self.wrong(key, "a number", value)
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._get(key, list)
        if not all(isinstance(value, str) for value in values):
            raise self.wrong(key, "a list of texts", values)
        return tuple(values)

    def numbers(self, key: str, length: int) -> NDArray[np.float32]:
        """A list of so many finite numbers."""
        values = self._get(key, list)
        plain = all(type(value) in (int, float) and _finite(value) for value in values)
        if not plain or len(values) != length:
            raise self.wrong(key, f"{length} numbers", f"{len(values)} values")
        return np.array(values, np.float32)

    def table(self, key: str, columns: int) -> NDArray[np.float32]:
        """Rows of so many finite numbers each."""
        rows = self._get(key, list)
        if not rows:
            raise self.wrong(key, "rows of numbers", rows)
        named = Fields(
            dict(zip(map(str, range(len(rows))), rows, strict=True)), self._origin, f"{key}."
        )
        return np.stack([named.numbers(str(number), columns) for number in range(len(rows))])

    def mapping(self, key: str) -> Mapping[str, Any]:
        values: Mapping[str, Any] = self._get(key, dict)
        return values

    def inner(self, key: str) -> "Fields":
        return Fields(self._get(key, dict), self._origin, f"{self._path}{key}.")

    def each(self, key: str) -> tuple["Fields", ...]:
        """The objects of a list."""
        values = self._get(key, list)
        if not all(isinstance(value, dict) for value in values):
            raise self.wrong(key, "a list of objects", values)
        return tuple(
            Fields(value, self._origin, f"{self._path}{key}[{number}].")
            for number, value in enumerate(values)
        )

    def one_of(self, key: str, choices: Sequence[T]) -> T:
        value = self._present(key)
        for choice in choices:
            if type(value) is type(choice) and value == choice:
                return choice
        raise self.wrong(key, " or ".join(map(repr, choices)), value)

    def wrong(self, key: str, expected: str, received: object) -> ModelError:
        text = received if isinstance(received, str) else repr(received)
        short = text if len(text) <= 80 else text[:77] + "..."
        return ModelError(
            f"{self._origin}: {self._path}{key} is wrong",
            expected=expected,
            received=short,
            remedy=_REMEDY,
        )

    def _get(self, key: str, kind: type[T]) -> T:
        value = self._present(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.wrong(key, _WORDS[kind], value)
        return value

    def _present(self, key: str) -> Any:
        if key not in self._values:
            raise ModelError(f"{self._origin}: {self._path}{key} is missing", remedy=_REMEDY)
        return self._values[key]


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        return False
