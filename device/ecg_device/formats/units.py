"""Names that files give to volts."""

from collections.abc import Sequence
from pathlib import Path

from ecg_device.errors import ConfigError, FormatError

_MV_PER_UNIT = {
    "mv": 1.0,
    "millivolt": 1.0,
    "millivolts": 1.0,
    "uv": 1e-3,
    "µv": 1e-3,  # micro sign
    "μv": 1e-3,  # Greek mu
    "microvolt": 1e-3,
    "microvolts": 1e-3,
    "nv": 1e-6,
    "v": 1e3,
    "volt": 1e3,
    "volts": 1e3,
}


def mv_per_unit(unit: str) -> float | None:
    """How many millivolts one `unit` is; None: it is not a voltage."""
    return _MV_PER_UNIT.get(unit.strip().lower())


def require_voltage(path: Path, leads: Sequence[str], units: Sequence[str], index: int) -> float:
    """Millivolts per unit of a lead, or an error that lists the leads that are voltages."""
    scale = mv_per_unit(units[index])
    if scale is None:
        pairs = zip(leads, units, strict=True)
        usable = [lead for lead, unit in pairs if mv_per_unit(unit) is not None]
        raise FormatError(
            f"{path}: {leads[index]} is not a voltage",
            expected="mV, uV or V",
            received=repr(units[index]),
            remedy=f"choose one of {', '.join(usable[:20])}" if usable else None,
        )
    return scale


def require_no_converter(path: Path, adc_bits: int | None, vref: float | None, scale: str) -> None:
    """Refuse the description of a converter for a file that tells its `scale` itself."""
    if adc_bits is not None or vref is not None:
        raise ConfigError(
            f"{path}: its values are no bare ADC counts, so no converter can be given for them",
            expected=f"{scale} alone",
            received=f"bits {adc_bits}, reference {vref}",
            remedy="leave out --adc-bits and --vref",
        )
