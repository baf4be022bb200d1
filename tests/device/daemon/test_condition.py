"""What the page shows of the heart: what is known, and nothing where nothing is."""

import numpy as np
import pytest

from ecg_device.daemon.condition import NO_SIGNAL, Condition
from ecg_device.pipeline import Pipeline
from ecg_device.signals import Block, LeadState, SignalInfo
from ecg_device.sources.synthetic import SyntheticSource, load_scenario

INFO = SignalInfo("test", 360.0)


@pytest.mark.parametrize(
    ("bits", "electrodes"),
    [
        (LeadState.ATTACHED, {"ra": "on", "la": "on", "rl": "on"}),
        (LeadState.RA_OFF, {"ra": "off", "la": "on", "rl": "on"}),
        (LeadState.LA_OFF, {"ra": "on", "la": "off", "rl": "on"}),
        (LeadState.CABLE_OFF, {"ra": "unknown", "la": "unknown", "rl": "off"}),
        (None, {"ra": "unknown", "la": "unknown", "rl": "unknown"}),
    ],
)
def test_the_pins_tell_which_electrode_is_off(bits, electrodes: dict[str, str]) -> None:
    """LO- is RA, LO+ is LA; with both high it is RL or the cable, and the others are not known."""
    condition = Condition(INFO, "test")
    leads = None if bits is None else np.array([bits], np.uint8)
    condition.see(Block(0, np.zeros(1), leads))
    assert condition.report((None, ""), named=True)["leads"] == electrodes


def test_before_the_first_event_nothing_is_known() -> None:
    """No rate, no rhythm, no count, each with the reason; the same keys as without a signal."""
    report = Condition(INFO, "test").report((None, "starting"), named=True)
    assert report["heart_rate"]["bpm"] is None and report["heart_rate"]["reason"]
    assert report["rhythm"]["name"] == "" and report["rhythm"]["reason"]
    assert report["pvc_per_min"] is None
    assert report.keys() == NO_SIGNAL.keys()
    for name, part in NO_SIGNAL.items():
        if isinstance(part, dict):
            assert dict(report[name]).keys() == part.keys()


def test_a_heart_is_reported_as_the_source_made_it() -> None:
    """Half a minute of the synthetic sinus rhythm at 72 bpm, both electrodes on."""
    source = SyntheticSource(load_scenario("sinus"), seed=1)
    condition, pipeline = Condition(source.info, "synthetic"), Pipeline(source.info)
    for block in source.blocks():
        condition.see(block)
        for event in pipeline.feed(block):
            condition.hear(event)
        if block.stop >= 30 * source.info.rate_hz:
            break
    report = condition.report(pipeline.af(), named=False)
    assert report["heart_rate"]["bpm"] == pytest.approx(72, abs=4)
    assert report["rhythm"]["aux"] == "(N"
    assert report["signal"] == {"state": "ok", "reason": ""}
    assert report["af"]["likelihood"] < 0.5
    assert report["pvc_per_min"] is None  # nothing names the beats
