"""Reports as rows of a table that a person reads; one record a row."""

from collections import Counter

from ecg_device.analysis import wording
from ecg_device.analysis.report import Beats, Rates, Report
from ecg_device.cli.progress import clock_time

_COLUMNS = "{name:<{width}}  {lead:<8}  {duration:>8}  {usable:>6}  {rate:<16}  {beats:>7}  {rest}"

_SHOWN = 4  # rhythms in a row; the JSON has them all


def heading(width: int) -> str:
    return _COLUMNS.format(
        name="record",
        width=max(width, len("record")),
        lead="lead",
        duration="duration",
        usable="usable",
        rate="heart rate (bpm)",
        beats="beats",
        rest="labels; rhythm",
    )


def row(report: Report, width: int) -> str:
    record = report.record
    simulated = "SIMULATED" if record.simulated else ""
    parts = (simulated, _labels(report.beats), _rhythms(report))
    return _COLUMNS.format(
        name=record.name,
        width=max(width, len("record")),
        lead=record.lead[:8],
        duration=clock_time(record.duration_s),
        usable=f"{report.signal.usable_share:.1%}",
        rate=_rate(report.heart_rate),
        beats=report.beats.count,
        rest="; ".join(part for part in parts if part),
    )


def _rate(rates: Rates) -> str:
    if rates.mean_bpm is None:
        return "--"
    return f"{rates.mean_bpm:.0f} ({rates.min_bpm:.0f}-{rates.max_bpm:.0f})"


def _labels(beats: Beats) -> str:
    return " ".join(f"{symbol} {count}" for symbol, count in beats.labels.items())


def _rhythms(report: Report) -> str:
    """The rhythms by how long they lasted, as shares of the record."""
    lasted: Counter[str] = Counter()
    for episode in report.rhythms:
        lasted[wording.rhythm(episode.name, episode.reason)] += round(
            (episode.end_s - episode.start_s) * 1000
        )
    whole = max(1, round(report.record.duration_s * 1000))
    shares = [
        f"{words} {ms / whole:.1%}" for words, ms in lasted.most_common() if ms / whole >= 0.0005
    ]
    return ", ".join(shares[:_SHOWN] + ["..."] * (len(shares) > _SHOWN))
