"""tools/run on machines that lack something: it says what, and leaves nothing behind."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A checkout in which no environment has been made yet."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    shutil.copytree(REPO / "tools", folder / "tools")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(REPO / name, folder)
    for part in ("device", "training", "models"):
        shutil.copytree(REPO / part, folder / part)
    return folder


def start(clone: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the clone's tools/run from another folder, with Python and pip as `variables` say."""
    return subprocess.run(
        [clone / "tools" / "run", "--seconds", "1", "--port", "0", "--data", clone / "data"],
        cwd="/",
        env=dict(os.environ) | variables,
        capture_output=True,
        text=True,
        timeout=120,
    )


def program(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_wrong_python_is_named(clone: Path, tmp_path: Path) -> None:
    """With no Python 3.11 to 3.13 it says which it found and what to do."""
    python = program(tmp_path / "python3", '[ "$1" = --version ] && echo Python 3.9.2')
    done = start(clone, PYTHON=python)
    assert done.returncode == 1
    assert "needs Python 3.11 to 3.13; found Python 3.9.2" in done.stderr
    assert "PYTHON=/path/to/python3" in done.stderr
    assert not (clone / ".venv").exists()


def test_absent_python_is_told(clone: Path, tmp_path: Path) -> None:
    """A Python that is not there is reported as such."""
    done = start(clone, PYTHON=str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert "no working" in done.stderr and "nowhere" in done.stderr


def test_missing_venv_module_is_told(clone: Path, tmp_path: Path) -> None:
    """A Debian without python3-venv is told to install it."""
    script = f'case "$*" in *ensurepip*) exit 1 ;; esac; exec "{sys.executable}" "$@"'
    done = start(clone, PYTHON=program(tmp_path / "python3", script))
    assert done.returncode == 1
    assert "sudo apt install python3-venv" in done.stderr
    assert not (clone / ".venv").exists()


@pytest.mark.slow
def test_failed_installation_is_not_taken_for_done(clone: Path) -> None:
    """Where pip finds nothing to install from, it fails, and fails again the next time."""
    cut_off = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    for _ in range(2):
        done = start(clone, PYTHON=sys.executable, **cut_off)
        assert done.returncode == 1
        assert "the installation failed" in done.stderr
