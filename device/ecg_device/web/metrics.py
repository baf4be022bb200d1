"""The appliance in numbers, in the text format that Prometheus reads.

What is unknown has no sample: a heart rate of 0 would be a lie that a chart draws.
"""

import math
import resource
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ecg_device.health import Condition
from ecg_device.signals import SignalState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """A number, and the labels that tell it from others of its family."""

    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Family:
    """Samples of one name; `kind` is gauge or counter."""

    name: str
    kind: str
    about: str
    samples: tuple[Sample, ...]


def text(families: Iterable[Family]) -> str:
    """All families that have a sample."""
    return "".join(line + "\n" for family in families if family.samples for line in _lines(family))


def families(
    state: Mapping[str, Any], health: Mapping[str, Any], messages: int
) -> Iterator[Family]:
    """What there is to tell."""
    yield from _process()
    yield from _health(health)
    yield _counter("ecg_messages_total", "Messages published to live pages.", messages)
    if state:
        yield from _heart(state)
        yield from _alarms(state["alarms"])
        yield from _sampling(state["sampling"])
        yield from _storage(state["storage"])
        yield _gauge("ecg_viewers", "Live pages at present.", state["viewers"])


def _process() -> Iterator[Family]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime
    yield _counter("process_cpu_seconds_total", "CPU time of the daemon, its web side in.", seconds)
    peak = used.ru_maxrss * _RSS_UNIT
    yield _gauge("process_peak_resident_bytes", "Most memory the daemon has held.", peak)


def _health(health: Mapping[str, Any]) -> Iterator[Family]:
    state = health["state"]
    yield _one_of("ecg_health", "The appliance's state.", map(str, Condition), state)
    complaints = (Sample(1, {"component": one["component"]}) for one in health["reasons"])
    yield Family("ecg_complaint", "gauge", "Parts that complain.", tuple(complaints))


def _heart(state: Mapping[str, Any]) -> Iterator[Family]:
    source = state["source"] or {}
    about = {
        "software": state["software"],
        "model": state["model"] or "none",
        "source": source.get("name", "none"),
        "simulated": str(bool(source.get("simulated"))).lower(),
    }
    yield Family("ecg_info", "gauge", "What runs here.", (Sample(1, about),))
    states = ["none", *map(str, SignalState)]
    yield _one_of(
        "ecg_signal", "Whether the signal may be trusted.", states, state["signal"]["state"]
    )
    electrodes = state["leads"].items()
    off = tuple(Sample(how == "off", {"electrode": which}) for which, how in electrodes)
    yield Family("ecg_electrode_off", "gauge", "Electrodes that are off.", off)
    yield _gauge("ecg_heart_rate_bpm", "Heart rate, where known.", state["heart_rate"]["bpm"])
    yield _gauge("ecg_af_likelihood", "Likelihood of AF, where known.", state["af"]["likelihood"])
    ventricular = state["pvc_per_min"]
    yield _gauge("ecg_ventricular_beats_per_minute", "Of the last minute.", ventricular)


def _alarms(alarms: Mapping[str, Any]) -> Iterator[Family]:
    priorities = [alarm["priority"] for alarm in alarms["active"]]
    counts = (Sample(priorities.count(one), {"priority": one}) for one in ("high", "medium", "low"))
    yield Family("ecg_alarms_active", "gauge", "Alarms that stand.", tuple(counts))


def _sampling(sampling: Mapping[str, Any] | None) -> Iterator[Family]:
    told = sampling or {}
    yield _gauge("ecg_sampling_rate_hz", "Samples a second, as measured.", told.get("rate_hz"))
    yield _counter("ecg_samples_late_total", "Released too late.", told.get("late"))
    yield _counter("ecg_samples_missing_total", "Never delivered.", told.get("missing"))


def _storage(storage: Mapping[str, Any]) -> Iterator[Family]:
    yield _gauge("ecg_storing", "1 while the signal is kept.", storage["storing"])
    yield _counter("ecg_samples_lost_total", "Taken but not kept.", storage["lost"])
    for name in ("used", "quota", "free"):
        value = storage[f"{name}_bytes"]
        yield _gauge(f"ecg_storage_{name}_bytes", f"Bytes of storage: {name}.", value)


def _gauge(name: str, about: str, value: float | None) -> Family:
    return Family(name, "gauge", about, _alone(value))


def _counter(name: str, about: str, value: float | None) -> Family:
    return Family(name, "counter", about, _alone(value))


def _alone(value: float | None) -> tuple[Sample, ...]:
    return () if value is None else (Sample(value, {}),)


def _one_of(name: str, about: str, known: Iterable[str], which: str) -> Family:
    samples = (Sample(one == which, {"state": one}) for one in known)
    return Family(name, "gauge", about, tuple(samples))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {_escaped(family.about)}"
    yield f"# TYPE {family.name} {family.kind}"
    for sample in family.samples:
        yield f"{family.name}{_labels(sample.labels)} {_number(sample.value)}"


def _labels(labels: Mapping[str, str]) -> str:
    quoted = (f'{name}="{_escaped(value, quotes=True)}"' for name, value in labels.items())
    return "{" + ",".join(quoted) + "}" if labels else ""


def _escaped(value: str, *, quotes: bool = False) -> str:
    plain = value.replace("\\", r"\\").replace("\n", r"\n")
    return plain.replace('"', r"\"") if quotes else plain


def _number(value: float) -> str:
    if isinstance(value, bool | int) or (math.isfinite(value) and value == int(value)):
        return str(int(value))
    return repr(float(value))
