"""Which lead of a recording is meant, by its number, its name, or as the one that is an ECG."""

import difflib
import re
from pathlib import Path

from ecg_device.errors import FormatError

_AN_ECG = re.compile(
    r"(ecg|ekg).*|(lead[ _-]?)?(i{1,3}|av[rlf]|v|m?v[1-9]r?|v[xyz]|ml ?(i{1,3}|v[1-6])|mcl ?[1-6])",
    re.IGNORECASE,
)
_SOMETHING_ELSE = re.compile(
    r"(?<![a-z])(eeg|emg|eog|resp|abp|art|[ci]?bp|nibp|cvp|pap|icp|pleth|ppg|sp ?o2|sa ?o2|o2|"
    r"et ?co2|co2|pulse|nasal|air ?flow|flow|snore|temp|eda|gsr|acc|marker|trigger|event|status)",
    re.IGNORECASE,
)


def find_lead(leads: tuple[str, ...], lead: int | str | None, path: Path) -> int:
    """The index of a lead given by number or name; None: see `_the_ecg`."""
    if lead is None:
        return _the_ecg(leads, path)
    if isinstance(lead, str):
        return _index_of_name(leads, lead, path)
    if 0 <= lead < len(leads):
        return lead
    raise _no_such_lead(leads, str(lead), path)


def _the_ecg(leads: tuple[str, ...], path: Path) -> int:
    """The first lead with an ECG's name; else the first, unless it says that it is another thing.

    A chest belt's breath has a rhythm too: better no result than one of the wrong signal.
    """
    named = next((i for i, name in enumerate(leads) if _AN_ECG.fullmatch(name.strip())), None)
    if named is not None:
        return named
    if not _SOMETHING_ELSE.search(leads[0]):
        return 0
    raise FormatError(
        f"{path}: none of its leads is called an ECG",
        expected="one named ECG, II, MLII, V5 or the like",
        received=_listed(leads),
        remedy="if one of them is, choose it by its number: analyze --lead N",
    )


def _index_of_name(leads: tuple[str, ...], lead: str, path: Path) -> int:
    wanted = lead.strip().casefold()
    for spoken in (str.casefold, _bare_name):
        names = [spoken(name) for name in leads]
        if wanted in names:
            return names.index(wanted)
    if wanted.isascii() and wanted.isdigit() and int(wanted[:6]) < len(leads):
        return int(wanted[:6])
    raise _no_such_lead(leads, lead, path)


def _bare_name(name: str) -> str:
    """EDF calls lead II 'ECG II'."""
    return name.casefold().removeprefix("ecg ").removeprefix("ekg ").strip()


def _no_such_lead(leads: tuple[str, ...], lead: str, path: Path) -> FormatError:
    near = difflib.get_close_matches(lead, leads, n=1, cutoff=0.5)
    return FormatError(
        f"{path}: no such lead",
        expected=f"one of {_listed(leads)}",
        received=repr(lead),
        remedy=f"did you mean {near[0]!r}?" if near else None,
    )


def _listed(leads: tuple[str, ...]) -> str:
    return ", ".join(f"{i} ({name})" for i, name in enumerate(leads[:20]))
