"""One recording through the pipeline, a block at a time, into two files in a folder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ecg_device.analysis import report
from ecg_device.analysis.marks import Marks
from ecg_device.analysis.model import classifier
from ecg_device.analysis.naming import result_name
from ecg_device.analysis.report import Model, Report
from ecg_device.analysis.tally import Tally
from ecg_device.errors import FormatError
from ecg_device.formats import open_recording
from ecg_device.formats.annotations import write_annotations
from ecg_device.formats.leads import find_lead
from ecg_device.intake import to_the_end
from ecg_device.pipeline import Pipeline
from ecg_device.rhythm import Hrv
from ecg_device.signals import Event, Rhythm, SignalInfo

BLOCK_SAMPLES = 16_384  # what the pipeline holds of them stays under ten megabytes


@dataclass(frozen=True, slots=True)
class Job:
    """A record to analyse, as the user named it, and how to read it."""

    record: str
    lead: str | None = None  # number or name; None: the one that is an ECG by its name
    adc_bits: int | None = None
    vref: float | None = None
    model: Path | None = None  # the folder of a bundle; None: beats go without names

    @property
    def name(self) -> str:
        return result_name(self.record)


def analyse(job: Job, folder: Path, progress: Callable[[float], None]) -> Report:
    """Write `NAME.ecgd` and `NAME.json` into `folder`; `progress` hears the share done, 0..1."""
    path = Path(job.record)
    recording = open_recording(path, lead=job.lead, adc_bits=job.adc_bits, vref=job.vref)
    info = recording.info
    lead = find_lead(recording.leads, job.lead, path)
    namer = classifier(job.model) if job.model else None
    pipeline, findings = Pipeline(info, namer), _Findings(info, lead)
    for block in to_the_end(recording.blocks(BLOCK_SAMPLES), info.samples):
        findings.tally.signal.add(block)
        findings.add(pipeline.feed(block))
        if info.samples:
            progress(min(1.0, block.stop / info.samples))
    findings.add(pipeline.finish())
    model = report.model_of(namer.card if namer else None)
    result = findings.report(job.name, model, pipeline.variability())
    write_annotations(
        folder / f"{job.name}.ecgd", findings.marks.annotations(), rate_hz=info.rate_hz
    )
    (folder / f"{job.name}.json").write_text(result.as_json(), encoding="utf-8")
    return result


class _Findings:
    """All that is kept of a recording while it streams by."""

    def __init__(self, info: SignalInfo, lead: int) -> None:
        self._info = info
        self._lead = lead
        self.tally = Tally()
        self.marks = Marks(lead, info.rate_hz, info.simulated)
        self._rhythms: list[Rhythm] = []

    def add(self, events: list[Event]) -> None:
        for event in events:
            self.tally.add(event)
            self.marks.add(event)
            if isinstance(event, Rhythm):
                self._rhythms.append(event)

    def report(self, name: str, model: Model, variability: Hrv) -> Report:
        info, samples = self._info, self.tally.signal.stop
        if not samples:
            raise FormatError("the record is empty", expected="samples", received="none")
        self.tally.close(info.rate_hz)
        record = report.Record(
            name=name,
            lead=info.lead,
            lead_number=self._lead,
            rate_hz=info.rate_hz,
            samples=samples,
            duration_s=round(samples / info.rate_hz, 3),
            simulated=info.simulated,
        )
        return report.compose(record, model, self.tally, variability, self._rhythms)
