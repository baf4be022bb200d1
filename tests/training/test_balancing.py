"""Made-up beats, and the neighbours that they and the plainest classifier are made from."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from ecg_training.protocols.balancing import smote
from ecg_training.protocols.neighbours import nearest


@pytest.fixture
def points() -> np.ndarray:
    return np.random.default_rng(3).standard_normal((700, 12)).astype(np.float32)


def test_neighbours_are_those_of_scikit_learn(points: np.ndarray) -> None:
    """The five nearest of each of 200 points, in order of distance."""
    asked = np.random.default_rng(4).standard_normal((200, 12)).astype(np.float32)
    peer = NearestNeighbors(n_neighbors=5, algorithm="brute").fit(points.astype(np.float64))
    theirs = peer.kneighbors(asked.astype(np.float64), return_distance=False)
    assert np.array_equal(nearest(points, asked, 5), theirs)


def test_a_made_up_point_lies_between_its_parent_and_a_neighbour(points: np.ndarray) -> None:
    """Chawla's SMOTE: parent + share * (neighbour - parent), one of the parent's five nearest."""
    parents, made = smote(points, 300, np.random.default_rng(0))
    peer = NearestNeighbors(n_neighbors=6).fit(points)
    around = peer.kneighbors(points[parents], return_distance=False)[:, 1:]
    for parent, new, neighbours in zip(points[parents], made, points[around], strict=True):
        lines = neighbours - parent
        shares = (lines @ (new - parent)) / np.square(lines).sum(1)
        off = np.linalg.norm(parent + shares[:, None] * lines - new, axis=1)
        nearest_line = int(off.argmin())
        assert off[nearest_line] < 1e-5
        assert -1e-6 <= shares[nearest_line] <= 1 + 1e-6


def test_two_points_are_enough(points: np.ndarray) -> None:
    """With a single neighbour everything lies on one line."""
    _, made = smote(points[:2], 50, np.random.default_rng(0))
    low, high = points[:2].min(0), points[:2].max(0)
    assert np.all((made >= low - 1e-6) & (made <= high + 1e-6))
