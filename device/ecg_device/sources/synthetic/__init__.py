"""A simulated patient on a simulated AD8232: every rhythm and fault on demand, truth included.

A *scenario* (TOML, see `scenarios/demo.toml` for the whole language, or dataclasses) says which
rhythms follow one another and which faults lie over them. From there the signal flows

    rhythms -> trace -> layers -> front_end -> contact -> stream -> source
    beats      waves    noise     band         off, lost  chunks    Blocks and Truth

`sinus` and `tachogram` time the sinus node, `morphology` shapes a beat, `occurrences` says when a
fault begins, `noise` has the noises alone.
"""

from ecg_device.sources.synthetic.language import load_scenario, parse_scenario, scenario_names
from ecg_device.sources.synthetic.scenario import Scenario
from ecg_device.sources.synthetic.source import SyntheticSource, render
from ecg_device.sources.synthetic.truth import TrueBeat, TrueFault, TrueRhythm, Truth

__all__ = [
    "Scenario",
    "SyntheticSource",
    "TrueBeat",
    "TrueFault",
    "TrueRhythm",
    "Truth",
    "load_scenario",
    "parse_scenario",
    "render",
    "scenario_names",
]
