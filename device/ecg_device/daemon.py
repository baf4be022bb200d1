"""The running appliance: a source, its pace, the pipeline, and what comes out of it.

The composition root of `ecg-device run`: pieces are chosen by name here, and wired only here.
"""

from collections.abc import Callable, Iterator

from ecg_device.analysis.tally import Tally
from ecg_device.config import Config
from ecg_device.intake import to_the_end
from ecg_device.pipeline import Pipeline
from ecg_device.signals import Block, Event, LeadBits
from ecg_device.sources import Source
from ecg_device.sources.pace import paced

DEFAULT_SCENARIO = "demo"  # a patient with some of everything, over and over


def open_source(config: Config) -> Source:
    """The source that the settings name; its module is imported only now."""
    kind, _, detail = config.source.partition(":")
    if kind == "replay":
        from ecg_device.formats import open_recording
        from ecg_device.sources.replay import ReplaySource

        return ReplaySource(open_recording(detail, lead=None))
    from ecg_device.sources.synthetic import SyntheticSource, load_scenario

    scenario = load_scenario(config.scenario or detail or DEFAULT_SCENARIO)
    return SyntheticSource(scenario, seed=config.seed)


def live_events(
    source: Source,
    tally: Tally,
    *,
    speed: float,
    seconds: float | None,
    stopped: Callable[[], bool],
) -> Iterator[Event]:
    """What the pipeline says as the signal comes, counted into `tally`, until an end comes.

    The end is the source's, `seconds` of signal, or `stopped()`; what the pipeline then still
    holds comes out, and the tally is closed.
    """
    info = source.info
    pipeline = Pipeline(info)
    blocks = to_the_end(source.blocks(), info.samples)
    if seconds is not None:
        blocks = until(round(seconds * info.rate_hz), blocks)
    for block in paced(blocks, info.rate_hz, speed, stopped):
        tally.signal.add(block)
        yield from counted(pipeline.feed(block), tally)
    yield from counted(pipeline.finish(), tally)
    tally.close(info.rate_hz)


def until(samples: int, blocks: Iterator[Block]) -> Iterator[Block]:
    """The signal up to a source sample number, the last block cut to fit."""
    for block in blocks:
        if block.stop < samples:
            yield block
            continue
        kept = max(0, samples - block.start)
        leads: LeadBits | None = None if block.leads is None else block.leads[:kept]
        yield Block(min(block.start, samples), block.mv[:kept], leads)
        return


def counted(events: list[Event], tally: Tally) -> Iterator[Event]:
    for event in events:
        tally.add(event)
        yield event
