"""The result of an ECG as lines of text; what is simulated says so on each."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from ecg_device import __version__
from ecg_device.analysis import wording
from ecg_device.signals import Reason
from ecg_device.store import KeptRecording

_REASONS = frozenset(str(reason) for reason in Reason)
_INTERVALS = {"rr_ms": "RR", "pr_ms": "PR", "qrs_ms": "QRS", "qt_ms": "QT", "qtc_ms": "QTc"}


def lines(taken: KeptRecording, number: int | None, folder: Path | None) -> Iterator[str]:
    mark = "SIMULATED  " if taken.info.simulated else ""
    for line in _lines(taken, number, folder):
        yield f"{mark}{line}"


def _lines(taken: KeptRecording, number: int | None, folder: Path | None) -> Iterator[str]:
    info, result = taken.info, taken.result
    began = datetime.fromtimestamp(taken.taken_wall_ns / 1e9)
    yield (
        f"ECG of {result['seconds']} s, {began:%Y-%m-%d %H:%M:%S}, {info.name}, lead {info.lead}, "
        f"ecg-device {__version__}. Not a medical device."
    )
    known = result["conclusive"]
    yield result["conclusion"] if known else wording.inconclusive(result["reason"])
    if result["advice"]:
        yield f"  what to do  {result['advice']}"
    for name, value in _figures(result):
        yield f"  {name:<10}  {value}"
    if number is not None:
        yield f"  kept as     recording {number} in {folder}"
    elif folder is None:
        yield "  kept        nowhere (data = none)"


def _figures(result: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    rhythm, rate = result["rhythm"], result["rate"]
    yield "rhythm", rhythm_words(rhythm)
    for at, said in enumerate(rhythm["evidence"]):
        yield "" if at else "... told by", said
    yield "heart rate", _rate(rate)
    yield "beats", _beats(result["beats"])
    for key, name in _INTERVALS.items():
        interval = result["intervals"][key]
        known = interval["value"] is not None
        yield name, f"{interval['value']} ms" if known else f"--- ({interval['reason']})"
    yield "usable", f"{result['usable']:.1%}"
    yield "named by", result["model"] or "nothing: beats have no names"


def rhythm_words(rhythm: Mapping[str, Any]) -> str:
    """What was kept of a rhythm: one that is not known has the reason for its name."""
    name = str(rhythm["name"]) or "not known"
    unknown = rhythm["aux"] == "INCONCLUSIVE" and (not rhythm["name"] or name in _REASONS)
    return wording.inconclusive(name) if unknown else name


def _rate(rate: Mapping[str, float] | None) -> str:
    if rate is None:
        return "---"
    return f"{rate['mean']:.0f} bpm on average, from {rate['lowest']:.0f} to {rate['highest']:.0f}"


def _beats(counts: Mapping[str, int]) -> str:
    labels = ", ".join(f"{symbol} {count}" for symbol, count in counts.items())
    return f"{sum(counts.values())} ({labels})" if labels else "none"
