"""Scenario files: TOML into `Scenario`, every mistake told in one line.

    title = "..."               repeat, front_end, floor_mv
    [patient]                   amplitudes, QRS width, polarity, breath
    [[rhythm]] kind = "..."     one after another
    [[fault]]  kind = "..."     laid over them

`scenarios/demo.toml` explains every key.
"""

import tomllib
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar

from ecg_device.errors import SourceError
from ecg_device.sources.synthetic.checked import Checked, did_you_mean
from ecg_device.sources.synthetic.scenario import (
    Asystole,
    AtrialFibrillation,
    Bigeminy,
    Couplets,
    Dropout,
    Fault,
    Hum,
    LeadOff,
    Motion,
    Muscle,
    Paced,
    Patient,
    Pause,
    Saturation,
    Scenario,
    Segment,
    Sinus,
    Trigeminy,
    VentricularFibrillation,
    VentricularTachycardia,
    Wander,
)

_RHYTHMS: tuple[type[Segment], ...] = (
    Sinus, Bigeminy, Trigeminy, Couplets, VentricularTachycardia, AtrialFibrillation, Paced, Pause,
    Asystole, VentricularFibrillation,
)  # fmt: skip
_FAULTS: tuple[type[Fault], ...] = (Hum, Wander, Muscle, Motion, Saturation, LeadOff, Dropout)

C = TypeVar("C", bound=Checked)


def scenario_names() -> tuple[str, ...]:
    """The scenarios that come with the appliance."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _shipped().iterdir()))


def load_scenario(name_or_path: str | Path) -> Scenario:
    """A shipped scenario by its name, or one of the user's by its path (`*.toml`)."""
    word = str(name_or_path)
    if word in scenario_names():
        text = (_shipped() / f"{word}.toml").read_text(encoding="utf-8")
        return parse_scenario(text, word)
    if not word.endswith(".toml"):
        known = ", ".join(scenario_names())
        raise SourceError(
            f"no scenario {word!r}",
            expected=f"a path ending in .toml, or one of {known}",
            remedy=did_you_mean(word, scenario_names()),
        )
    try:
        text = Path(word).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot read scenario {word}", received=str(error)) from error
    return parse_scenario(text, Path(word).stem)


def parse_scenario(text: str, name: str = "scenario") -> Scenario:
    """The scenario a TOML text describes."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"scenario {name}", expected="TOML", received=str(error)) from error
    try:
        return _scenario(table, name)
    except SourceError as error:
        raise SourceError(
            f"scenario {name}: {error.what.removeprefix('scenario ')}",
            expected=error.expected,
            received=error.received,
            remedy=error.remedy,
        ) from None


def _scenario(table: dict[str, Any], name: str) -> Scenario:
    parts: dict[str, Any] = {
        "name": name,
        "patient": _build(Patient, _table(table.pop("patient", {}), "[patient]"), "[patient]"),
        "segments": _list(table.pop("rhythm", []), _RHYTHMS, "rhythm"),
        "faults": _list(table.pop("fault", []), _FAULTS, "fault"),
    }
    own = {"title", "repeat", "front_end", "floor_mv"}
    _refuse_unknown(table, own | {"patient", "rhythm", "fault"}, "the top level")
    return Scenario(**parts, **table)


def _list(tables: object, kinds: tuple[type[C], ...], word: str) -> tuple[C, ...]:
    if not isinstance(tables, list):
        raise SourceError(f"{word}", expected=f"[[{word}]] tables", received=repr(tables))
    return tuple(
        _one(_table(t, f"[[{word}]]"), kinds, f"{word} {i}") for i, t in enumerate(tables, 1)
    )


def _one(table: dict[str, Any], kinds: tuple[type[C], ...], label: str) -> C:
    known = {kind.kind: kind for kind in kinds}
    word = table.pop("kind", None)
    if not isinstance(word, str) or word not in known:
        raise SourceError(
            f"{label}: {'no kind' if word is None else 'unknown kind'}",
            expected=f"one of {', '.join(known)}",
            received=None if word is None else repr(word),
            remedy=did_you_mean(word, known),
        )
    return _build(known[word], table, f"{label} ({word})")


def _build(kind: type[C], table: dict[str, Any], label: str) -> C:
    known = fields(kind)  # type: ignore[arg-type]
    _refuse_unknown(table, {item.name for item in known}, label)
    for item in known:
        if item.default is MISSING and item.name not in table:
            raise SourceError(f"{label} has no {item.name}", remedy=f"add {item.name} = ...")
    try:
        return kind(**table)
    except SourceError as error:
        raise SourceError(
            f"{label} {error.what.removeprefix(kind.kind).strip()}",
            expected=error.expected,
            received=error.received,
            remedy=error.remedy,
        ) from None


def _refuse_unknown(table: dict[str, Any], known: set[str], label: str) -> None:
    for key in table:
        if key not in known:
            raise SourceError(
                f"{label} has an unknown key {key!r}",
                expected=f"one of {', '.join(sorted(known))}",
                remedy=did_you_mean(key, known),
            )


def _table(value: object, label: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SourceError(label, expected="a table", received=repr(value))
    return dict(value)


def _shipped() -> Path:
    return Path(__file__).with_name("scenarios")
