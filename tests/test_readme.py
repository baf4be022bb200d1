"""The pages a user reads say what is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]
PAGES = sorted(
    path for path in REPO.rglob("*.md") if not any(part.startswith(".") for part in path.parts)
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPO)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file of the repository points at one."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", ["README.md", "tools/README.md"])
def test_tools_named_exist(page: str) -> None:
    """Every tools/ command that is named is there and can be run."""
    for name in set(re.findall(r"\btools/([\w-]+)(?![\w./-])", (REPO / page).read_text())):
        assert (REPO / "tools" / name).stat().st_mode & 0o100, name


def test_readme_knows_every_command() -> None:
    """The commands that the README shows are those that `ecg-device` has."""
    usage = subprocess.run(
        [sys.executable, "-m", "ecg_device", "--help"], capture_output=True, text=True, check=True
    ).stdout
    listed = re.search(r"^commands:\n(.*?)\n\n", usage, re.DOTALL | re.MULTILINE)
    assert listed is not None, usage
    commands = set(re.findall(r"^ {4}([a-z]+)", listed.group(1), re.MULTILINE))
    shown = set(re.findall(r"\becg-device ([a-z]+)", (REPO / "README.md").read_text()))
    assert shown == commands
