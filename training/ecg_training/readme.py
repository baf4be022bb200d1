"""Fills the tables of a README with what the commands named above them print now.

    python -m ecg_training.readme training/README.md [TEXT...]

A table stands between `<!-- printed by: COMMAND -->` and `<!-- end -->`. Given TEXTs, only the
commands that contain one of them are run.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_PLACE = re.compile(r"(<!-- printed by: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def main(arguments: Sequence[str]) -> int:
    """Run the commands, put their output in place, leave everything else as it is."""
    if not arguments:
        print(f"usage: {(__doc__ or '').splitlines()[2].strip()}", file=sys.stderr)
        return 2
    page, wanted = Path(arguments[0]), arguments[1:] or [""]
    try:
        page.write_text(filled(page.read_text(encoding="utf-8"), wanted), encoding="utf-8")
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"readme: {error}", file=sys.stderr)
        return 1
    return 0


def filled(text: str, wanted: Sequence[str]) -> str:
    """The text with the output of every command that contains one of the words."""

    def place(found: re.Match[str]) -> str:
        opening, command, closing = found.groups()
        if not any(word in command for word in wanted):
            return found[0]
        print(command, file=sys.stderr)
        return f"{opening}\n{printed_by(command).strip()}\n\n{closing}"

    return _PLACE.sub(place, text)


def printed_by(command: str) -> str:
    """What the command writes to stdout; `ecg-train` is this very installation's."""
    words = shlex.split(command)
    if words[0] == "ecg-train":
        words[:1] = [sys.executable, "-m", "ecg_training.cli"]
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
