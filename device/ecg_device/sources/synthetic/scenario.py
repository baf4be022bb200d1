"""What a scenario can say: a patient, rhythms one after another, and faults laid over them.

Every field's meaning for a writer of scenario files stands in `scenarios/demo.toml`.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from ecg_device.errors import SourceError
from ecg_device.sources.synthetic.checked import Checked, Letters, Range

Seconds = Annotated[float, Range(0.02, 864_000)]
Moment = Annotated[float, Range(0, 864_000)]
Bpm = Annotated[float, Range(15, 350)]
Millivolts = Annotated[float, Range(0, 10)]
Share = Annotated[float, Range(0, 1)]
Count = Annotated[int, Range(0, 1000)]
Pattern = Annotated[str, Letters("NAVW")]
Conduction = Literal["normal", "lbbb", "rbbb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient(Checked):
    """Amplitudes and widths at the electrodes, and the breath that moves them."""

    kind: ClassVar[str] = "patient"
    r_mv: Millivolts = 1.0
    p_mv: Millivolts = 0.12
    t_mv: Annotated[float, Range(-10, 10)] = 0.3
    qrs_ms: Annotated[float, Range(40, 200)] = 90.0
    polarity: Literal["upright", "inverted"] = "upright"
    respiration_hz: Annotated[float, Range(0.05, 1)] = 0.25
    respiration_share: Annotated[float, Range(0, 0.5)] = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment(Checked):
    """A stretch of one rhythm. `aux` is its WFDB rhythm string, None where it names no rhythm."""

    aux: ClassVar[str | None] = "(N"
    duration_s: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Sinus(Segment):
    """The sinus node, its variability, and the ectopic beats that come between."""

    kind: ClassVar[str] = "sinus"
    rate_bpm: Bpm = 72.0
    to_bpm: Bpm | None = None
    sd_ms: Annotated[float, Range(0, 300)] = 25.0
    lf_hf: Annotated[float, Range(0, 20)] = 0.5
    rsa_ms: Annotated[float, Range(0, 500)] = 0.0
    conduction: Conduction = "normal"
    pattern: Pattern = "N"
    pvc_every: Count = 0
    pvc_probability: Share = 0.0
    pac_every: Count = 0
    pac_probability: Share = 0.0
    coupling: Annotated[float, Range(0.2, 1.0)] = 0.62


@dataclass(frozen=True, slots=True, kw_only=True)
class Bigeminy(Sinus):
    kind: ClassVar[str] = "bigeminy"
    aux: ClassVar[str | None] = "(B"
    pattern: Pattern = "NV"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigeminy(Sinus):
    kind: ClassVar[str] = "trigeminy"
    aux: ClassVar[str | None] = "(T"
    pattern: Pattern = "NNV"


@dataclass(frozen=True, slots=True, kw_only=True)
class Couplets(Sinus):
    kind: ClassVar[str] = "couplets"
    pattern: Pattern = "NNNNNNVV"


@dataclass(frozen=True, slots=True, kw_only=True)
class VentricularTachycardia(Segment):
    """A regular run from one ventricular focus."""

    kind: ClassVar[str] = "vt"
    aux: ClassVar[str | None] = "(VT"
    rate_bpm: Bpm = 170.0
    sd_ms: Annotated[float, Range(0, 100)] = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AtrialFibrillation(Segment):
    """No P wave, a fibrillating baseline, and intervals without order."""

    kind: ClassVar[str] = "af"
    aux: ClassVar[str | None] = "(AFIB"
    rate_bpm: Bpm = 95.0
    cv: Annotated[float, Range(0, 0.4)] = 0.23
    f_wave_mv: Millivolts = 0.06
    f_wave_hz: Annotated[float, Range(3, 12)] = 6.0
    conduction: Conduction = "normal"
    pvc_probability: Share = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Paced(Segment):
    """A pacemaker: spikes, and the wide beat that follows each spike that captures."""

    kind: ClassVar[str] = "paced"
    aux: ClassVar[str | None] = "(P"
    rate_bpm: Bpm = 70.0
    mode: Literal["ventricular", "dual"] = "ventricular"
    spike_mv: Annotated[float, Range(0, 100)] = 4.0
    capture: Share = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Segment):
    """The sinus node stands still; the rhythm around it keeps its name."""

    kind: ClassVar[str] = "pause"
    aux: ClassVar[str | None] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asystole(Segment):
    kind: ClassVar[str] = "asystole"
    aux: ClassVar[str | None] = "(ASYS"


@dataclass(frozen=True, slots=True, kw_only=True)
class VentricularFibrillation(Segment):
    """Coarse: irregular waves that wax and wane, no QRS among them."""

    kind: ClassVar[str] = "vf"
    aux: ClassVar[str | None] = "(VF"
    amplitude_mv: Millivolts = 0.5
    wave_hz: Annotated[float, Range(2, 10)] = 4.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Checked):
    """Something wrong with the signal; without a duration it lasts until the end."""

    start_s: Moment = 0.0
    duration_s: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hum(Fault):
    """Mains pick-up; `harmonics` are the 2nd, 3rd, ... relative to the fundamental."""

    kind: ClassVar[str] = "hum"
    rms_mv: Millivolts = 0.1
    hz: Annotated[float, Range(16, 100)] = 50.0
    harmonics: tuple[Annotated[float, Range(0, 10)], ...] = (0.1, 0.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wander(Fault):
    kind: ClassVar[str] = "wander"
    rms_mv: Millivolts = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Muscle(Fault):
    kind: ClassVar[str] = "muscle"
    rms_mv: Millivolts = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion(Fault):
    kind: ClassVar[str] = "motion"
    rms_mv: Millivolts = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation(Fault):
    """The front end sits at a rail although every electrode is attached."""

    kind: ClassVar[str] = "saturation"
    rail: Literal["high", "low"] = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadOff(Fault):
    kind: ClassVar[str] = "lead-off"
    electrode: Literal["RA", "LA", "RL", "cable"] = "RA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropout(Fault):
    """Samples that never arrive: NaN inside a block, or a gap that blocks jump over."""

    kind: ClassVar[str] = "dropout"
    share: Share = 0.02
    burst_ms: Annotated[float, Range(0, 10_000)] = 0.0
    shown_as: Literal["nan", "gap"] = "nan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(Checked):
    """A whole script. With `repeat` it starts over for ever, each time with new chance."""

    kind: ClassVar[str] = "scenario"
    segments: tuple[Segment, ...]
    faults: tuple[Fault, ...] = ()
    patient: Patient = Patient()
    name: str = "synthetic"
    title: str = ""
    repeat: bool = False
    front_end: bool = True
    floor_mv: Annotated[float, Range(0, 1)] = 0.004

    def __post_init__(self) -> None:
        Checked.__post_init__(self)
        if not self.segments:
            raise SourceError("scenario without rhythm", expected="at least one [[rhythm]]")
        for fault in self.faults:
            self._check_fits(fault)

    @property
    def duration_s(self) -> float:
        return sum(segment.duration_s for segment in self.segments)

    def _check_fits(self, fault: Fault) -> None:
        stop_s = fault.start_s + (fault.duration_s or 0.0)
        if fault.start_s >= self.duration_s or stop_s > self.duration_s + 1e-9:
            raise SourceError(
                f"scenario fault {fault.kind}",
                expected=f"an end by {self.duration_s:g} s, where the rhythms end",
                received=f"{fault.start_s:g} s to {max(stop_s, fault.start_s):g} s",
                remedy="shorten the fault or lengthen a rhythm",
            )
