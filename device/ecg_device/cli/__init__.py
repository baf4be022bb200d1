"""The command `ecg-device`: reads its arguments, runs one command, words its failures.

Exit status: 0 done; 1 failed, a line on stderr says why; 2 wrong usage; 130 interrupted.
Commands are imported when they are asked for, so that `--help` does not wait for NumPy.
"""

import argparse
import importlib
import io
import os
import sys
import traceback
from pathlib import Path

from ecg_device.cli.failures import complain, complain_of_bug
from ecg_device.cli.parser import parse
from ecg_device.errors import EcgDeviceError

INTERRUPTED = 130  # as shells report a program ended by SIGINT
PIPE_CLOSED = 141  # and by SIGPIPE


def main(argv: list[str] | None = None) -> int:
    """Run the command that `argv` names and return its exit status."""
    _open_what_is_closed()
    arguments = parse(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name may hold any byte
    try:
        status = _run(arguments)
        sys.stdout.flush()  # a closed pipe must be met here, not at exit
        return status
    except EcgDeviceError as error:
        complain(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except OSError as error:  # a full disk behind stdout, say
        complain(str(error))
    except Exception as error:
        complain_of_bug(f"{type(error).__name__}: {error}", traceback.format_exc())
    return 1


def _open_what_is_closed() -> None:
    """Started with its output closed (`>&-`), a program has no stream: what it says is lost."""
    nowhere = Path(os.devnull)
    sys.stdout = sys.stdout or nowhere.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8")


def _run(arguments: argparse.Namespace) -> int:
    command = importlib.import_module(f"ecg_device.cli.{arguments.command}")
    status: int = command.run(arguments)
    return status
