"""What a recording shows, as the result card has it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """A duration in milliseconds; None, with a reason, where it cannot be given."""

    value: int | None
    reason: str = ""

    def as_json(self) -> dict[str, object]:
        return {"value": self.value, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Rates:
    """Heart rates in bpm: the mean over all intervals, and the extremes of what a page shows."""

    mean: float
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Result:
    """Conclusive, or not with a reason and what to do about it. It never calls a heart healthy."""

    conclusive: bool
    conclusion: str
    reason: str
    advice: str
    rhythm: str
    aux: str
    evidence: tuple[str, ...]
    rates: Rates | None
    beats: Mapping[str, int]  # WFDB symbol: how many
    intervals: Mapping[str, Interval]
    usable: float  # share of the recording
    seconds: int
    model: str | None
    software: str

    def as_json(self) -> dict[str, object]:
        """As it is kept and shown."""
        rates = self.rates
        return {
            "conclusive": self.conclusive,
            "conclusion": self.conclusion,
            "reason": self.reason,
            "advice": self.advice,
            "rhythm": {"name": self.rhythm, "aux": self.aux, "evidence": list(self.evidence)},
            "rate": None
            if rates is None
            else {"mean": rates.mean, "lowest": rates.lowest, "highest": rates.highest},
            "beats": dict(self.beats),
            "intervals": {name: one.as_json() for name, one in self.intervals.items()},
            "usable": self.usable,
            "seconds": self.seconds,
            "model": self.model,
            "software": self.software,
        }
