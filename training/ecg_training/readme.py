"""Fills the tables of a README with what the commands named above them print now.

    python -m ecg_training.readme training/README.md [TEXT...]

A table stands between `<!-- printed by: COMMAND -->` and `<!-- end -->`. Given TEXTs, only the
commands that contain one of them are run.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_PLACE = re.compile(r"(<!-- printed by: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def main(arguments: Sequence[str]) -> int:
    """Run the commands, put their output in place, leave everything else as it is."""
    if not arguments:
        print(f"usage: {(__doc__ or '').splitlines()[2].strip()}", file=sys.stderr)
        return 2
    page, wanted = Path(arguments[0]), arguments[1:] or [""]
    try:
        printed = print_all(commands(page.read_text(encoding="utf-8")), wanted)
        page.write_text(filled(page.read_text(encoding="utf-8"), printed), encoding="utf-8")
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"readme: {error}", file=sys.stderr)
        return 1
    return 0


def commands(text: str) -> list[str]:
    """The commands that the page names, in its order."""
    return [found[2] for found in _PLACE.finditer(text)]


def print_all(all_commands: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    """The output of every command that contains one of the words; this takes its time."""
    printed: dict[str, str] = {}
    for command in all_commands:
        if any(word in command for word in wanted):
            print(command, file=sys.stderr)
            printed[command] = printed_by(command)
    return printed


def filled(text: str, printed: Mapping[str, str]) -> str:
    """The text with each command's output in its place."""

    def place(found: re.Match[str]) -> str:
        opening, command, closing = found.groups()
        if command not in printed:
            return found[0]
        return f"{opening}\n{printed[command].strip()}\n\n{closing}"

    return _PLACE.sub(place, text)


def printed_by(command: str) -> str:
    """What the command writes to stdout; `ecg-train` is this very installation's."""
    words = shlex.split(command)
    if words[0] == "ecg-train":
        words[:1] = [sys.executable, "-m", "ecg_training.cli"]
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
