"""What holds now."""

from collections.abc import Mapping
from typing import Any

from ecg_device.web.appliance import Appliance
from ecg_device.web.failures import RefusedError


def live_state(appliance: Appliance) -> Mapping[str, Any]:
    """The live state; in its first moments the appliance has none."""
    state = appliance.state()
    if not state:
        raise RefusedError(
            503,
            "the appliance is starting",
            remedy="try again in a second",
            headers={"Retry-After": "1"},
        )
    return state
