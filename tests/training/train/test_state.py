"""The state of a training: what is written is read, wholly or not at all."""

from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import FormatError
from ecg_training.train.state import Arrays, State, load, moved, save

_NOTHING = State((), (), (), ())


def _row(epoch: int) -> dict[str, float]:
    return {"epoch": float(epoch), "loss": 1 / 3}


def test_a_state_survives_the_disk(tmp_path: Path) -> None:
    """Every array with its type and shape, and the history to the last bit."""
    arrays: Arrays = (np.arange(6, dtype=np.float32).reshape(2, 3), np.array(7, np.int64))
    state = State(arrays, arrays[:1], (), arrays[1:], 2, 0.1 + 0.2, (_row(1), _row(2)))
    save(state, tmp_path / "state.npz")
    again = load(tmp_path / "state.npz")
    assert again is not None
    for mine, read in zip(arrays, again.variables, strict=True):
        assert mine.dtype == read.dtype
        assert np.array_equal(mine, read)
    assert (again.average, again.best_epoch, again.best_score) == ((), 2, 0.1 + 0.2)
    assert again.history == state.history


def test_no_state_is_no_error(tmp_path: Path) -> None:
    """A training begins without one."""
    assert load(tmp_path / "state.npz") is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"not a state"])
def test_a_damaged_state_is_told(tmp_path: Path, content: bytes) -> None:
    """One line with the file's name and what to do."""
    (tmp_path / "state.npz").write_bytes(content)
    with pytest.raises(FormatError, match=r"state\.npz cannot be read.*train it again"):
        load(tmp_path / "state.npz")


def test_a_write_that_fails_leaves_the_old_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full in the middle of a state: the one before is still there, whole."""
    file = tmp_path / "state.npz"
    save(State((np.ones(3),), (), (), (), history=(_row(1),)), file)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        save(State((np.zeros(3),), (), (), (), history=(_row(1), _row(2))), file)
    kept = load(file)
    assert kept is not None
    assert kept.epoch == 1
    assert kept.variables[0].tolist() == [1, 1, 1]


def test_the_best_epoch_is_kept_and_patience_counts_from_it() -> None:
    """Scores 0.5, 0.7, 0.6, 0.7: the second is best, equal is not better, two behind stops at 2."""
    state = _NOTHING
    for epoch, score in enumerate((0.5, 0.7, 0.6, 0.7), 1):
        assert not state.stalled(2)
        state = state.with_row(_row(epoch), score, (np.array([epoch]),))
    assert (state.epoch, state.best_epoch, state.best_score) == (4, 1, 0.7)
    assert state.best[0].tolist() == [2]
    assert state.stalled(2)
    assert not state.stalled(3)
    assert not state.stalled(None)


def test_a_moving_average() -> None:
    """Kept 3/4 of: 4, then 8 and 0 make 4, 5, 3.75."""
    average = moved((), [np.array([4.0])], 0.75)
    assert average[0].tolist() == [4.0]
    average = moved(average, [np.array([8.0])], 0.75)
    assert average[0].tolist() == [5.0]
    assert moved(average, [np.array([0.0])], 0.75)[0].tolist() == [3.75]
