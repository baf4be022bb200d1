"""The recursive filter in NumPy against SciPy's, a peer that the device does without."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import butter, sosfilt

from ecg_device.sources.synthetic import front_end
from ecg_device.sources.synthetic.sections import Sections, butterworth

RATES_HZ = [100.0, 250.0, 360.0, 1000.0]


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize(("kind", "corner_hz"), [("highpass", 0.48), ("lowpass", 41.1)])
def test_a_section_is_scipys(kind: str, corner_hz: float, rate_hz: float) -> None:
    """The coefficients of `scipy.signal.butter` of order 2, to rounding."""
    theirs = butter(2, corner_hz, kind, fs=rate_hz, output="sos")[0]
    assert butterworth(kind, corner_hz, rate_hz) == pytest.approx(theirs, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_circuits_output_is_scipys(rate_hz: float) -> None:
    """Ten minutes with steps and an offset pass as through `sosfilt`, within 1e-9 mV."""
    rng = np.random.default_rng(3)
    mv = rng.standard_normal(round(600 * rate_hz)) + 2.0 * np.sign(rng.standard_normal()) + 1.0
    theirs = sosfilt(front_end.circuit(rate_hz), mv)
    assert np.abs(front_end.Band(rate_hz).feed(mv) - theirs).max() < 1e-9


@given(lengths=st.lists(st.integers(0, 200), min_size=1, max_size=40), seed=st.integers(0, 9))
def test_blocks_of_any_size_give_the_same_output(lengths: list[int], seed: int) -> None:
    """Fed piecewise, the filter is SciPy's over the whole: the state goes from piece to piece."""
    mv = np.random.default_rng(seed).standard_normal(sum(lengths))
    band = front_end.Band(360.0)
    pieces = [band.feed(piece) for piece in np.split(mv, np.cumsum(lengths)[:-1])]
    assert [len(piece) for piece in pieces] == lengths
    theirs = sosfilt(front_end.circuit(360.0), mv) if len(mv) else mv
    assert np.concatenate(pieces) == pytest.approx(theirs, abs=1e-10)


def test_a_single_section_rings_as_its_recursion_says() -> None:
    """The difference equation, term by term, on an impulse."""
    b0, b1, b2, _, a1, a2 = section = butterworth("lowpass", 41.1, 360.0)
    x = np.zeros(150)
    x[3] = 1.0
    y = np.zeros(150)
    for n in range(3, 150):
        y[n] = b0 * x[n] + b1 * x[n - 1] + b2 * x[n - 2] - a1 * y[n - 1] - a2 * y[n - 2]
    assert Sections(section).feed(x) == pytest.approx(y, abs=1e-14)


def test_the_synthetic_source_loads_no_scipy() -> None:
    """A signal is made in a process that has never heard of SciPy."""
    program = (
        "import sys; from ecg_device.sources.opening import open_source;"
        "next(open_source('synthetic:demo').blocks());"
        "sys.exit(sorted(m for m in sys.modules if m.startswith('scipy'))[:3] or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
