"""The source that a setting names; its module is imported only when it is asked for."""

from pathlib import Path

from ecg_device.errors import ConfigError
from ecg_device.sources import Source

DEFAULT_SCENARIO = "demo"  # a patient with some of everything, over and over
BLOCK_S = 0.09  # 11 a second: what each costs is hardly less with fewer samples in it


def open_source(
    source: str, scenario: Path | None = None, seed: int = 0, *, block_s: float = BLOCK_S
) -> Source:
    """`synthetic`, `synthetic:SCENARIO` or `replay:PATH`, in blocks of `block_s` of signal."""
    kind, _, detail = source.partition(":")
    match kind:
        case "synthetic":
            from ecg_device.sources.synthetic import SyntheticSource, load_scenario

            script = load_scenario(scenario or detail or DEFAULT_SCENARIO)
            return SyntheticSource(script, seed=seed, block_s=block_s)
        case "replay":
            from ecg_device.formats import open_recording
            from ecg_device.sources.replay import ReplaySource

            return ReplaySource(open_recording(detail, lead=None), block_s)
    raise ConfigError(
        "there is no such source",
        expected="synthetic, synthetic:SCENARIO or replay:PATH",
        received=repr(source),
    )
