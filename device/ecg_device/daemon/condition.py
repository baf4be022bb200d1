"""What is known of the heart right now, as the page shows it."""

from ecg_device.analysis.burden import VentricularMinute
from ecg_device.signals import (
    Block,
    Classification,
    Event,
    HeartRate,
    LeadState,
    Quality,
    Reason,
    Rhythm,
    SignalInfo,
    SignalState,
    source_sample,
)

NO_SIGNAL: dict[str, object] = {
    "source": None,
    "signal": {"state": "none", "reason": ""},
    "leads": {"ra": "unknown", "la": "unknown", "rl": "unknown"},
    "heart_rate": {"bpm": None, "intervals": 0, "reason": "no signal"},
    "rhythm": {"aux": "", "name": "", "evidence": [], "reason": "no signal", "since": 0},
    "af": {"likelihood": None, "reason": "no signal"},
    "pvc_per_min": None,
}


class Condition:
    """Follows the events of one opening of a source."""

    def __init__(self, info: SignalInfo, kind: str) -> None:
        self._info, self._kind = info, kind
        self._quality = Quality(0, 0, SignalState.SETTLING, Reason.STARTING)
        self._rate = HeartRate(0, None, 0, Reason.STARTING)
        self._rhythm = Rhythm(0, 0, "", "", (), Reason.STARTING)
        self._ventricular, self._pvcs = VentricularMinute(), 0
        self._leads: int | None = None

    @property
    def usable(self) -> bool:
        return self._quality.state is SignalState.OK

    def hear(self, event: Event) -> None:
        match event:
            case Quality():
                self._quality = event
            case HeartRate():
                self._rate = event
            case Rhythm():
                self._rhythm = event
            case Classification():
                self._pvcs = self._ventricular.add(event)

    def see(self, block: Block) -> None:
        if block.leads is not None and len(block.leads):
            self._leads = int(block.leads[-1])

    def report(self, af: tuple[float | None, str], named: bool) -> dict[str, object]:
        info, rate, rhythm = self._info, self._rate, self._rhythm
        likelihood, reason = af
        return {
            "source": {
                "name": info.name,
                "kind": self._kind,
                "lead": info.lead,
                "rate_hz": info.rate_hz,
                "simulated": info.simulated,
                "rails_mv": info.rails_mv,
            },
            "signal": {
                "state": str(self._quality.state),
                "reason": str(self._quality.reason),
            },
            "leads": _electrodes(self._leads),
            "heart_rate": {
                "bpm": None if rate.bpm is None else round(rate.bpm, 1),
                "intervals": rate.intervals,
                "reason": str(rate.reason),
            },
            "rhythm": {
                "aux": rhythm.aux,
                "name": rhythm.name,
                "evidence": list(rhythm.evidence),
                "reason": str(rhythm.reason),
                "since": source_sample(rhythm.sample, info.rate_hz),
            },
            "af": {
                "likelihood": None if likelihood is None else round(likelihood, 3),
                "reason": reason,
            },
            "pvc_per_min": self._pvcs if named and self.usable else None,
        }


def _electrodes(bits: int | None) -> dict[str, str]:
    """Each electrode as the pins tell it: with both high it is RL or the cable, and RA, LA are not
    known."""
    if bits is None:
        return {"ra": "unknown", "la": "unknown", "rl": "unknown"}
    if bits == LeadState.CABLE_OFF:
        return {"ra": "unknown", "la": "unknown", "rl": "off"}
    return {
        "ra": "off" if bits & LeadState.RA_OFF else "on",
        "la": "off" if bits & LeadState.LA_OFF else "on",
        "rl": "on",
    }
