"""The QRS detectors that `tools/bench-qrs` puts side by side, each called as its library intends.

Peers are imported only when their turn comes: they live in an environment of their own. All get
one channel in mV and its rate, and give sample numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np
from numpy.typing import ArrayLike

from ecg_device.signals import FloatArray

Detect = Callable[[FloatArray, float], ArrayLike]
STREAM_BLOCK_S = 0.040


@dataclass(frozen=True, slots=True)
class Contender:
    """A detector, the distribution it comes from, and how to get hold of it."""

    name: str
    distribution: str
    load: Callable[[], Detect]
    slow: bool = False  # more than half a second for half an hour of signal


def _ours_whole() -> Detect:
    product = import_module("ecg_training.product")
    return lambda mv, rate: product.detector_alone(mv, rate).beats


def _ours_streamed() -> Detect:
    product = import_module("ecg_training.product")
    return lambda mv, rate: product.detector_streamed(mv, rate, STREAM_BLOCK_S).beats


def _our_pipeline() -> Detect:
    product = import_module("ecg_training.product")
    return lambda mv, rate: product.whole_pipeline(mv, rate, STREAM_BLOCK_S).beats


def _sleepecg() -> Detect:
    sleepecg = import_module("sleepecg")
    return lambda mv, rate: sleepecg.detect_heartbeats(mv, rate, backend="c")


def _wfdb_gqrs() -> Detect:
    processing = import_module("wfdb.processing")
    return lambda mv, rate: processing.gqrs_detect(sig=mv, fs=rate)


def _wfdb_xqrs() -> Detect:
    processing = import_module("wfdb.processing")
    return lambda mv, rate: processing.xqrs_detect(sig=mv, fs=rate, verbose=False)


def _neurokit(method: str, cleaning: str | None) -> Callable[[], Detect]:
    """NeuroKit's detectors with the cleaning its `ecg_peaks` expects before them, or without."""

    def load() -> Detect:
        nk = import_module("neurokit2")

        def detect(mv: FloatArray, rate: float) -> ArrayLike:
            ready = mv if cleaning is None else nk.ecg_clean(mv, rate, method=cleaning)
            peaks: ArrayLike = nk.ecg_findpeaks(ready, rate, method=method)["ECG_R_Peaks"]
            return peaks

        return detect

    return load


def _biosppy(segmenter: str) -> Callable[[], Detect]:
    """As `biosppy.signals.ecg.ecg` does it: band-pass, segmenter, R peaks put right."""

    def load() -> Detect:
        ecg, tools = import_module("biosppy.signals.ecg"), import_module("biosppy.signals.tools")

        def detect(mv: FloatArray, rate: float) -> ArrayLike:
            filtered = tools.filter_signal(
                signal=mv,
                ftype="FIR",
                band="bandpass",
                order=int(1.5 * rate),
                frequency=[0.67, 45],
                sampling_rate=rate,
            )[0]
            rough = getattr(ecg, segmenter)(signal=filtered, sampling_rate=rate)[0]
            corrected: ArrayLike = ecg.correct_rpeaks(
                signal=filtered, rpeaks=rough, sampling_rate=rate, tol=0.05
            )[0]
            return corrected

        return detect

    return load


def _py_ecg_detectors() -> Detect:
    detectors = import_module("ecgdetectors").Detectors
    return lambda mv, rate: detectors(rate).pan_tompkins_detector(mv)


YARDSTICK = "sleepecg (C)"  # speed is told as a multiple of this one's

CONTENDERS = (
    Contender("ecg-device, whole record", "ecg-device", _ours_whole),
    Contender("ecg-device, in 40 ms blocks", "ecg-device", _ours_streamed, slow=True),
    Contender("ecg-device, in 40 ms blocks, gated", "ecg-device", _our_pipeline, slow=True),
    Contender(YARDSTICK, "sleepecg", _sleepecg),
    Contender("NeuroKit neurokit", "neurokit2", _neurokit("neurokit", "neurokit")),
    Contender(
        "NeuroKit pantompkins1985",
        "neurokit2",
        _neurokit("pantompkins1985", "pantompkins1985"),
    ),
    Contender("biosppy Pan-Tompkins++", "biosppy", _biosppy("Pan_Tompkins_Plus_Plus_segmenter")),
    Contender("py-ecg-detectors pan_tompkins", "py-ecg-detectors", _py_ecg_detectors, slow=True),
    Contender("biosppy hamilton", "biosppy", _biosppy("hamilton_segmenter"), slow=True),
    Contender(
        "NeuroKit khamis2016 (UNSW), cleaned",
        "neurokit2",
        _neurokit("khamis2016", "neurokit"),
        slow=True,
    ),
    Contender(
        "NeuroKit khamis2016 (UNSW), raw", "neurokit2", _neurokit("khamis2016", None), slow=True
    ),
    Contender("wfdb xqrs", "wfdb", _wfdb_xqrs, slow=True),
    Contender("wfdb gqrs", "wfdb", _wfdb_gqrs, slow=True),
)


def samples_of(found: ArrayLike) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """What a detector gave, as sorted sample numbers without repeats."""
    return np.unique(np.asarray(found, np.float64).round().astype(np.int64))
