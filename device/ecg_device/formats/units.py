"""Names that files give to volts."""

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
