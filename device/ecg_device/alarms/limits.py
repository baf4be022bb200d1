"""The limits a person may set, what each may be, and what a limit left alone is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from ecg_device.errors import ConfigError


class Allowed(NamedTuple):
    """What a limit may be set to."""

    low: float
    high: float
    unit: str
    words: str  # as the page writes beside it
    can_be_off: bool = False


ALLOWED: Mapping[str, Allowed] = {
    "rate_low_bpm": Allowed(20, 100, "bpm", "Heart rate below", can_be_off=True),
    "rate_high_bpm": Allowed(60, 250, "bpm", "Heart rate above", can_be_off=True),
    "extreme_low_bpm": Allowed(15, 80, "bpm", "Heart rate extremely low, below"),
    "extreme_high_bpm": Allowed(100, 280, "bpm", "Heart rate extremely high, above"),
    "pause_s": Allowed(2, 6, "s", "No beat for longer than", can_be_off=True),
    "asystole_s": Allowed(4, 8, "s", "Asystole: no beat for"),
    "pvc_per_min": Allowed(1, 99, "/min", "Ventricular beats in a minute above", can_be_off=True),
    "af_s": Allowed(15, 600, "s", "Atrial fibrillation lasting longer than", can_be_off=True),
}
_RISING = (  # where both are on, the first stays below the second
    ("extreme_low_bpm", "rate_low_bpm"),
    ("rate_low_bpm", "rate_high_bpm"),
    ("rate_high_bpm", "extreme_high_bpm"),
    ("extreme_low_bpm", "rate_high_bpm"),
    ("rate_low_bpm", "extreme_high_bpm"),
    ("pause_s", "asystole_s"),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """When an alarm is raised; None: it is off."""

    rate_low_bpm: float | None = 45.0
    rate_high_bpm: float | None = 130.0
    extreme_low_bpm: float = 35.0
    extreme_high_bpm: float = 160.0
    pause_s: float | None = 3.0
    asystole_s: float = 4.0
    pvc_per_min: float | None = 10.0
    af_s: float | None = 30.0

    def __post_init__(self) -> None:
        values = asdict(self)
        for name, value in values.items():
            _check(name, value)
        for lower, upper in _RISING:
            low, high = values[lower], values[upper]
            if low is not None and high is not None and low >= high:
                raise ConfigError(
                    f"alarm limit {lower}",
                    expected=f"less than {upper}, which is {high:g} {ALLOWED[upper].unit}",
                    received=f"{low:g}",
                    remedy="move one of the two",
                )

    def changed(self, wanted: Mapping[str, object]) -> "Limits":
        """These limits with some set anew; ConfigError where one cannot be."""
        for name in wanted:
            if name not in ALLOWED:
                raise ConfigError(
                    "alarm limits", expected=f"one of {', '.join(ALLOWED)}", received=str(name)
                )
        for name, value in wanted.items():
            _check(name, value)
        return replace(self, **_numbers(wanted))


def limits_schema(limits: Limits) -> dict[str, dict[str, object]]:
    """Each limit with what the page needs to offer it."""
    return {name: {"value": getattr(limits, name), **ALLOWED[name]._asdict()} for name in ALLOWED}


def _numbers(values: Mapping[str, object]) -> dict[str, Any]:
    numbers = {n: float(value) for n, value in values.items() if isinstance(value, int | float)}
    return {name: numbers.get(name) for name in values}


def _check(name: str, value: object) -> None:
    allowed = ALLOWED[name]
    if value is None and allowed.can_be_off:
        return
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and allowed.low <= value <= allowed.high:  # type: ignore[operator]
        return
    off = ", or off" if allowed.can_be_off else "; it cannot be switched off"
    raise ConfigError(
        f"alarm limit {name}",
        expected=f"{allowed.low:g} to {allowed.high:g} {allowed.unit}{off}",
        received="null" if value is None else repr(value)[:40],
    )
