"""Messages as server-sent events: what one viewer gets, from where it left off."""

import json
import re
from collections.abc import Iterator

from ecg_device.live import Broadcast, Message

RETRY_MS = 1000
MOST_BACK_S = 60.0
_LAST_ID = re.compile(r"([0-9a-f]{8})-([0-9]{1,15})", re.ASCII)
_HEARTBEAT = b": alive\n\n"


def resume_from(broadcast: Broadcast, last_id: str | None) -> int | None:
    """The number after the last one a viewer has; None: it has none of this run."""
    match = _LAST_ID.fullmatch(last_id or "")
    if match is None or match[1] != broadcast.boot:
        return None
    wanted = int(match[2]) + 1
    return wanted if wanted <= broadcast.next_seq else None


def stream(broadcast: Broadcast, first: int, opening: bytes) -> Iterator[bytes]:
    """All from message `first` on, then as they come; each item is one write."""
    yield f"retry: {RETRY_MS}\n\n".encode() + opening
    wanted = first
    for news in broadcast.follow(first):
        if news is None:
            yield _HEARTBEAT
            continue
        lost = gap(wanted, news[0].seq - 1) if news[0].seq > wanted else b""
        yield lost + b"".join(event(broadcast.boot, message) for message in news)
        wanted = news[-1].seq + 1
    yield unnumbered("bye", {})


def event(boot: str, message: Message) -> bytes:
    """A message as its viewers read it."""
    head = f"id: {boot}-{message.seq}\nevent: {message.event}\ndata: "
    return head.encode() + message.data + b"\n\n"


def gap(from_seq: int, to_seq: int) -> bytes:
    """Tells of messages that are lost to this viewer."""
    return unnumbered("gap", {"from_seq": from_seq, "to_seq": to_seq})


def unnumbered(name: str, value: object) -> bytes:
    """An event for this viewer alone, which is nothing to resume from."""
    data = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return f"event: {name}\ndata: {data}\n\n".encode()
