"""What may change in a beat, and by how much."""

import numpy as np
from scipy.signal import welch

from ecg_training.train import augmentation
from ecg_training.train.augmentation import augment


def _beats(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    windows = np.zeros((count, 259), np.float32)
    windows[:, 84:95] = np.hanning(11)
    return windows, rng.uniform(-1, 1, (count, 20)).astype(np.float32)


def test_views_keep_what_every_view_has() -> None:
    """Float32, the median at 0, context within +-1, the inputs themselves untouched."""
    windows, context = _beats(200)
    before = windows.copy(), context.copy()
    changed, other = augment(windows, context, np.random.default_rng(1))
    assert changed.dtype == other.dtype == np.float32
    assert np.abs(np.median(changed, axis=1)).max() < 1e-6
    assert np.abs(other).max() <= 1
    assert np.array_equal(windows, before[0]) and np.array_equal(context, before[1])


def test_a_beat_stays_that_beat() -> None:
    """Each is changed, and still correlates with itself; no two are changed alike."""
    windows, context = _beats(200)
    changed, _ = augment(windows, context, np.random.default_rng(1))
    likeness = [np.corrcoef(a, b)[0, 1] for a, b in zip(windows, changed, strict=True)]
    assert 0.8 < np.median(likeness) < 1.0
    assert len(np.unique(changed[:, 90])) == 200


def test_no_strength_changes_nothing() -> None:
    """Strength 0 gives back the same numbers."""
    windows, context = _beats(10)
    changed, other = augment(windows, context, np.random.default_rng(1), 0.0)
    assert np.array_equal(changed, windows)
    assert np.array_equal(other, context)


def test_noise_lies_below_40_hz() -> None:
    """Where a view has nothing, nothing is added: nine tenths of the power below 45 Hz."""
    noise = augmentation.noise(400, np.random.default_rng(2), 1.0)
    rate, power = welch(noise, fs=360.0, nperseg=256)
    mean = power.mean(axis=0)
    assert mean[rate < 45].sum() > 0.9 * mean.sum()


def test_wander_is_slow() -> None:
    """Below 0.8 Hz a window of 0.72 s holds little more than half a period."""
    wander = augmentation.wander(200, np.random.default_rng(3), 1.0)
    turns = (np.diff(np.sign(np.diff(wander, axis=1)), axis=1) != 0).sum(axis=1)
    assert turns.max() <= 2
    assert 0.01 < wander.std() < 0.2


def test_some_beats_forget_what_was_before() -> None:
    """One in fifty comes as the first of a signal does: with nothing known."""
    context = np.ones((20_000, 4), np.float32)
    forgotten = augmentation.forget(context, np.random.default_rng(4), 1.0)
    share = np.mean(np.all(forgotten == 0, axis=1))
    assert 0.015 < share < 0.025
