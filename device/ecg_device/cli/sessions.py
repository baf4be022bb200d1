"""`ecg-device sessions`: what was kept, listed, shown and deleted."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from ecg_device.cli import sessions_table
from ecg_device.cli.settings import kept_in
from ecg_device.errors import ConfigError, InUseError
from ecg_device.store import Reader, Store, in_use, open_reader

_PAGE = 500


def run(arguments: argparse.Namespace) -> int:
    folder = kept_in(arguments)
    if arguments.action == "delete":
        return _delete(folder, arguments.session, sure=arguments.yes)
    with open_reader(folder) as reader:
        if arguments.action == "show":
            _show(reader.session(arguments.session), arguments.json)
        else:
            _list(reader, arguments.limit, arguments.json)
    return 0


def _list(reader: Reader, limit: int, as_json: bool) -> None:
    newest = list(_newest(reader, limit + 1))
    sessions, more = newest[:limit], len(newest) > limit
    if as_json:
        print(json.dumps(sessions, indent=1))
        return
    if not sessions:
        print(_nothing_in(reader))
    for line in sessions_table.rows(sessions):
        print(line)
    if more:
        print(f"older ones are not shown: --limit N shows more than {limit}")


def _nothing_in(reader: Reader) -> str:
    """ECGs that `record` took are no sessions, but are kept all the same."""
    if reader.recordings(limit=1)["recordings"]:
        return "no sessions are kept; the ECGs that were taken are in the history of the page"
    return "nothing is kept yet"


def _newest(reader: Reader, limit: int) -> Iterator[dict[str, Any]]:
    """In pages, each of which the store answers at once."""
    before: int | None = None
    while limit > 0:
        page = reader.sessions(before=before, limit=min(limit, _PAGE))
        yield from page["sessions"]
        limit -= len(page["sessions"])
        before = page["next"]
        if before is None:
            return


def _show(session: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(session, indent=1))
    else:
        print("\n".join(sessions_table.details(session)))


def _delete(folder: Path, number: int, *, sure: bool) -> int:
    """Only one process writes a folder: beside an appliance its page deletes, nobody else."""
    with open_reader(folder) as reader:
        session = reader.session(number)
    if session["live"]:
        raise InUseError(
            f"session {number} is being recorded",
            expected="a session that has ended",
            remedy="delete it once it has ended",
        )
    if in_use(folder):
        raise InUseError(
            f"session {number} is not deleted: an appliance is running on {folder}",
            remedy="delete it in the history on its page, or stop the appliance first",
        )
    if not sure and not _agreed(session):
        print("nothing is deleted", file=sys.stderr)
        return 1
    with closing(Store.open(folder)) as store:
        store.delete(number)
    print(f"session {number} is deleted")
    return 0


def _agreed(session: dict[str, Any]) -> bool:
    if not sys.stdin.isatty():
        raise ConfigError(
            f"session {session['id']} is not deleted",
            expected="an answer on a terminal",
            remedy="to delete it without being asked, add --yes",
        )
    question = f"{sessions_table.in_words(session)}\nDelete it for good? [y/N] "
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
