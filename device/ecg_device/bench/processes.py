"""What processes take of the machine, as Linux counts it in /proc."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
# fields of /proc/PID/stat after the name in brackets, counted from 0
_STATE, _PARENT, _CPU, _CHILDREN = 0, 1, slice(11, 13), slice(13, 15)


class Usage(NamedTuple):
    """A process as it was at one moment."""

    pid: int
    name: str
    cpu_s: float  # since it began, in user and kernel mode
    ended_s: float  # the same of its children that have ended
    resident_kb: int  # all pages it has in memory
    own_kb: int  # proportional set size: pages shared by n processes count 1/n


def family(pid: int) -> list[int]:
    """A process and everything that descends from it, zombies left out; empty: it is gone."""
    parents = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))) and fields[_STATE] != "Z":
            parents[int(entry.name)] = int(fields[_PARENT])
    found = [pid] if pid in parents else []
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def usage(pids: Iterable[int]) -> list[Usage]:
    """What each takes; those that have just ended are left out."""
    return [used for pid in pids if (used := _usage(pid))]


def _usage(pid: int) -> Usage | None:
    fields = _stat(pid)
    try:
        memory = (_PROC / str(pid) / "smaps_rollup").read_text()
        words = (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return None
    if not fields:
        return None
    cpu_s, ended_s = (sum(map(int, fields[part])) / _TICKS_PER_S for part in (_CPU, _CHILDREN))
    return Usage(pid, _called(words), cpu_s, ended_s, _kb(memory, "Rss:"), _kb(memory, "Pss:"))


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may itself hold spaces and brackets."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return []
    return text[text.rindex(")") + 2 :].split()


def _called(words: list[str]) -> str:
    """A Python module by its name, any other program by its file."""
    if "-m" in words[:-1]:
        return " ".join(words[words.index("-m") + 1 :][:2]).strip()
    return Path(words[0]).name


def _kb(memory: str, key: str) -> int:
    return next(int(line.split()[1]) for line in memory.splitlines() if line.startswith(key))
