"""Every failure the appliance reports on purpose, in one tree.

    EcgDeviceError
        ConfigError     a setting or an argument is wrong
        FormatError     a recording cannot be read or written
        SourceError     a signal source cannot start or go on (a scenario included)
        ModelError      a model bundle is refused
        StoreError      what was recorded cannot be kept or read
            NotFoundError   there is no such session or recording
            InUseError      it is being recorded
        ServerError     the page cannot be served

Each says what failed, what was expected, what was received and what to do, on one line.
"""

from functools import partial
from typing import Self


class EcgDeviceError(Exception):
    """Base of all errors raised on purpose; `str()` is the one line a user reads."""

    def __init__(
        self,
        what: str,
        *,
        expected: str | None = None,
        received: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.what = what
        self.expected = expected
        self.received = received
        self.remedy = remedy
        super().__init__(what, expected, received, remedy)

    def __str__(self) -> str:
        parts = [self.what]
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.received is not None:
            parts.append(f"received {self.received}")
        if self.remedy is not None:
            parts.append(self.remedy)
        return "; ".join(" ".join(part.split()) for part in parts)

    def __reduce__(self) -> tuple[partial[Self], tuple[str]]:
        """Pickled by its arguments, keywords too: a worker process hands its errors back."""
        again = partial(
            type(self), expected=self.expected, received=self.received, remedy=self.remedy
        )
        return again, (self.what,)


class ConfigError(EcgDeviceError, ValueError):
    """A setting or a command-line argument is wrong."""


class FormatError(EcgDeviceError, ValueError):
    """A recording cannot be read or written."""


class SourceError(EcgDeviceError, OSError):
    """A signal source cannot start or go on."""


class ModelError(EcgDeviceError, ValueError):
    """A model bundle is refused."""


class StoreError(EcgDeviceError, OSError):
    """What was recorded cannot be kept or read."""


class NotFoundError(StoreError, LookupError):
    """There is no such session or recording."""


class InUseError(StoreError):
    """What is to go is being recorded."""


class ServerError(EcgDeviceError, OSError):
    """The page cannot be served."""
