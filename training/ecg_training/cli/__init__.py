"""The command `ecg-train`: reads its arguments, runs one command, words its failures.

Exit status: 0 done; 1 failed, a line on stderr says why; 2 wrong usage; 130 interrupted,
143 terminated.
A command is a module here with `add(commands)`: it registers a parser whose default `run` takes the
arguments and returns the tables to print. What is heavy (Keras, plots) a command imports in there.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ecg_device.errors import EcgDeviceError
from ecg_training.cli import analyze, evaluate, export, fetch, train
from ecg_training.tables import Table

INTERRUPTED = 130
PIPE_CLOSED = 141
COMMANDS = (fetch, train, evaluate, export, analyze)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names and return its exit status."""
    arguments = build_parser().parse_args(argv)
    try:
        with _termination_unwinds():
            _print(arguments.run(arguments), arguments.json)
        sys.stdout.flush()
        return 0
    except EcgDeviceError as error:
        print("ecg-train: " + " ".join(str(error).split()), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(prog="ecg-train", description="The training side.")
    parser.set_defaults(json=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return parser


@contextmanager
def _termination_unwinds() -> Iterator[None]:
    """SIGTERM ends the workers and removes what is half done, as Ctrl-C does."""

    def leave(number: int, _: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _print(tables: Sequence[Table], as_json: bool) -> None:
    if as_json:
        print(json.dumps([table.as_json() for table in tables], indent=1))
    elif tables:
        print("\n\n".join(table.markdown() for table in tables))
