"""The running appliance: a source, its pace, the pipeline, and what comes out of it.

The composition root of `ecg-device run`: pieces are chosen by name here, and wired only here.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from ecg_device.analysis.model import find_bundle
from ecg_device.analysis.tally import Tally
from ecg_device.classifier import Classifier, open_bundle
from ecg_device.config import Config
from ecg_device.errors import ModelError
from ecg_device.intake import to_the_end
from ecg_device.pipeline import Pipeline
from ecg_device.signals import Block, Event, LeadBits
from ecg_device.sources import Source
from ecg_device.sources.pace import paced

DEFAULT_SCENARIO = "demo"  # a patient with some of everything, over and over
LOOK_EVERY_S = 1.0  # at which model is in use


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


class ModelInUse:
    """The classifier that names beats now: the one asked for, or whichever the library activates.

    Another one is opened in a thread while the old one goes on; one that is refused is told, and
    the old one stays.
    """

    def __init__(self, wanted: str | None, refused: Callable[[ModelError], None]) -> None:
        self.classifier: Classifier | None = None
        self._refused = refused
        self._follows = wanted is None
        self._folder: Path | None = None  # looked at last, good or not
        self._opening: Future[Classifier] | None = None
        self._next_look = time.monotonic() + LOOK_EVERY_S
        self._thread = ThreadPoolExecutor(1, "open-model")
        try:
            self._folder = find_bundle(wanted)
            self.classifier = open_bundle(self._folder) if self._folder else None
        except ModelError as error:
            if not self._follows:
                raise
            refused(error)

    def called(self) -> str | None:
        """What the model in use is called; None: beats go without names."""
        return (
            f"{self.classifier.card.name} {self.classifier.card.version}"
            if self.classifier
            else None
        )

    def look(self) -> Classifier | None:
        """The classifier to use from now on; never waits."""
        if self._opening is not None and self._opening.done():
            self._take(self._opening)
            self._opening = None
        if self._follows and self._opening is None and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + LOOK_EVERY_S
            self._follow()
        return self.classifier

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    def _follow(self) -> None:
        try:
            folder = find_bundle(None)
        except ModelError:  # told when it was first met, or by `ecg-device model`
            return
        if folder == self._folder:
            return
        self._folder = folder
        if folder is None:
            self.classifier = None
        else:
            self._opening = self._thread.submit(open_bundle, folder)

    def _take(self, opened: "Future[Classifier]") -> None:
        try:
            self.classifier = opened.result()
        except ModelError as error:
            self._refused(error)
        except Exception as error:  # a broken runtime, no memory left: the watch goes on
            self._refused(_unopened(self._folder, error))


def _unopened(folder: Path | None, error: Exception) -> ModelError:
    return ModelError(
        f"the model {folder} cannot be opened",
        expected="a sound TFLite runtime, and memory for it",
        received=f"{type(error).__name__}: {error}",
        remedy="activate another one, or mend the installation and start again",
    )


def live_events(
    source: Source,
    tally: Tally,
    model: ModelInUse,
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
    pipeline = Pipeline(info, model.classifier)
    blocks = to_the_end(source.blocks(), info.samples)
    if seconds is not None:
        blocks = until(round(seconds * info.rate_hz), blocks)
    for block in paced(blocks, info.rate_hz, speed, stopped):
        tally.signal.add(block)
        pipeline.namer = model.look()
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
