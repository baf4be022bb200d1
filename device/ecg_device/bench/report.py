"""What was measured, as a table of Markdown against its goals, or as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ecg_device.bench.figures import Spread
from ecg_device.bench.measure import Measured

Naming = tuple[str, Spread] | None

CPU_PERCENT, MEMORY_MB, FIRST_PAGE_S = 3.0, 150.0, 2.0
LABEL_P95_MS, OFF_PERCENT, STOP_S = 750.0, 0.1, 2.0


def as_json(measured: Measured, naming: Naming) -> dict[str, Any]:
    """Every figure by its name; `missed` names the goals that were not reached."""
    sums = {name: getattr(measured, name) for name in ("cpu_percent", "resident_mb", "own_mb")}
    model, spread = naming or (None, None)
    return {
        **asdict(measured),
        **sums,
        "off_percent": measured.sampling.off_percent,
        "naming": {"model": model, "ms": spread and spread._asdict()},
        "missed": missed(measured),
    }


def missed(measured: Measured) -> list[str]:
    """The goals that were not reached. CPU and memory have goals without load and one viewer."""
    reached = {
        "start to first page": measured.first_page_s <= FIRST_PAGE_S or measured.run.loaded,
        "R peak to its label": measured.label_ms.p95 <= LABEL_P95_MS,
        "sampling rate": abs(measured.sampling.off_percent) <= OFF_PERCENT,
        "stop": measured.stop_s <= STOP_S,
    }
    if not measured.run.loaded and measured.run.viewers <= 1:
        reached["CPU"] = measured.cpu_percent <= CPU_PERCENT
        reached["memory"] = measured.resident_mb <= MEMORY_MB
    return [what for what, was in reached.items() if not was]


def lines(measured: Measured, naming: Naming) -> Iterator[str]:
    """Rows of what was measured, value and goal."""
    run, sampling, label = measured.run, measured.sampling, measured.label_ms
    yield f"| {_conditions(measured)} | measured | goal |"
    yield "|---|---:|---:|"
    yield _row(
        "CPU, all processes",
        f"{measured.cpu_percent:.1f} % of a core",
        _quiet(measured, f"{CPU_PERCENT:g} %"),
    )
    for each in measured.processes:
        memory = f", {each.resident_mb:.0f} MB" if each.resident_mb else ""
        yield _row(f"... `{each.name}`", f"{each.cpu_percent:.1f} %{memory}", "")
    yield _row(
        "memory, resident, summed",
        f"{measured.resident_mb:.0f} MB",
        _quiet(measured, f"{MEMORY_MB:g} MB"),
    )
    yield _row("... shared pages counted once", f"{measured.own_mb:.0f} MB", "")
    yield _row("start to first page", f"{measured.first_page_s:.2f} s", f"{FIRST_PAGE_S:g} s")
    yield _row("SIGTERM to end", f"{measured.stop_s:.2f} s", f"{STOP_S:g} s")
    yield _row(
        f"sampling rate, of {sampling.rate_hz:g} Hz",
        f"{sampling.taken_hz:.3f} Hz, {sampling.off_percent:+.4f} %",
        f"± {OFF_PERCENT:g} %",
    )
    away = sampling.away_ms
    moments = f"{away.p50:.1f} / {away.p99:.1f} / {away.worst:.1f} ms"
    yield _row("a block off its moment, p50 / p99 / worst", moments, "")
    yield _row("late, missing samples", f"{sampling.late}, {sampling.missing}", "counted")
    delays = f"{label.p50:.0f} / {label.p95:.0f} / {label.worst:.0f} ms"
    yield _row(
        f"R peak to its label, p50 / p95 / worst of {measured.beats}",
        delays,
        f"p95 {LABEL_P95_MS:.0f} ms",
    )
    if run.loaded:
        yield _row("exported meanwhile", measured.exported, "")
    if naming:
        model, spread = naming
        named = f"{spread.p50:.2f} / {spread.p95:.2f} ms"
        yield _row(f"a beat named by {model}, p50 / p95", named, "")


def _conditions(measured: Measured) -> str:
    run = measured.run
    load = ", every core busy, a long export" if run.loaded else ""
    return f"{measured.sampling.seconds:.0f} s, viewers: {run.viewers}{load}"


def _quiet(measured: Measured, goal: str) -> str:
    """Some goals are for one viewer and no load."""
    return goal if not measured.run.loaded and measured.run.viewers <= 1 else ""


def _row(what: str, value: str, goal: str) -> str:
    return f"| {what} | {value} | {goal and '≤ ' * goal[0].isdigit() + goal} |"
