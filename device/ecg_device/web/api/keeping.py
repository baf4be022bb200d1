"""What may be done to anything that is kept: pin it, write a note, delete it."""

from dataclasses import dataclass

from ecg_device.store.edits import LONGEST_NOTE
from ecg_device.web import parameters

_FIELDS = {"pinned": "true or false", "note": f"text of at most {LONGEST_NOTE} characters"}


@dataclass(frozen=True, slots=True)
class Keeping:
    """A wish; None: leave that as it is."""

    pinned: bool | None
    note: str | None


def wished() -> Keeping:
    """What the request's body asks for."""
    fields = parameters.body(_FIELDS)
    if not fields:
        raise parameters.wrong_field("pinned", "this field, or a note", None)
    return Keeping(_pinned(fields), _note(fields))


def _pinned(fields: dict[str, object]) -> bool | None:
    if "pinned" not in fields:
        return None
    if not isinstance(fields["pinned"], bool):
        raise parameters.wrong_field("pinned", _FIELDS["pinned"], fields["pinned"])
    return fields["pinned"]


def _note(fields: dict[str, object]) -> str | None:
    if "note" not in fields:
        return None
    return parameters.text_field("note", fields["note"], longest=LONGEST_NOTE)
