"""A detector made for patients takes the synthetic ECG for one."""

import numpy as np
import pytest
from wfdb.processing import XQRS, compare_annotations

from ecg_device.sources.synthetic import load_scenario, render


@pytest.mark.parametrize("name", ["sinus", "bigeminy", "af", "lbbb", "rbbb", "paced", "vt-run"])
def test_xqrs_finds_the_beats_where_the_truth_has_them(name: str) -> None:
    """wfdb's XQRS: at least 98 % of the beats within 100 ms, and none besides."""
    mv, _, truth = render(load_scenario(name))
    detector = XQRS(sig=mv, fs=360)
    detector.detect(verbose=False)
    score = compare_annotations(np.array(truth.r_samples), detector.qrs_inds, 36)
    assert score.tp >= 0.98 * len(truth.r_samples)
    assert score.fp <= 1
