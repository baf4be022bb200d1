"""What a sampler is to sample: one line of JSON on its standard input."""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ecg_device.errors import SourceError
from ecg_device.sources.opening import BLOCK_S

LONGEST_BLOCK_S = 60.0
_FAST_BLOCK_S = 1.0  # above real time a block may hold as much, for each costs the same


def block_s_at(speed: float) -> float:
    """Signal in a block, so that as many come in a second at any speed, and fewer when hurried."""
    return min(BLOCK_S * max(speed, 1.0), _FAST_BLOCK_S) if speed else _FAST_BLOCK_S


@dataclass(frozen=True, slots=True)
class Order:
    """A source by its name, and how it is played; a converter has its own pace and seed."""

    source: str
    scenario: Path | None = None
    speed: float = 1.0  # times real time; 0 is as fast as it is read
    seed: int = 0
    block_s: float = BLOCK_S  # of signal, in one block

    def line(self) -> bytes:
        scenario = None if self.scenario is None else str(self.scenario)
        return json.dumps({**asdict(self), "scenario": scenario}).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> "Order":
        try:
            return _order(json.loads(line))
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            raise SourceError(
                "the sampler does not understand its order",
                expected="a line of JSON with source, scenario, speed, seed and block_s",
                received=repr(line[:200]),
                remedy="let `ecg-device run` start it",
            ) from error


def _order(values: Any) -> Order:
    scenario = values["scenario"]
    speed, block_s = float(values["speed"]), float(values["block_s"])
    if not (0 <= speed < math.inf and 0 < block_s <= LONGEST_BLOCK_S):
        raise ValueError("no such pace")
    path = None if scenario is None else Path(scenario)
    return Order(str(values["source"]), path, speed, int(values["seed"]), block_s)
