"""One number for a session and a sample of it, in the order of time.

A key of two columns would need an index beside the rows: a second page to write a chunk, and
1.6 MB a day. 2^40 samples are 96 years at 360 Hz; 2^23 sessions are what is left.
"""

LARGEST = (1 << 63) - 1  # what SQLite can be asked for

_BITS = 40
_MOST = (1 << _BITS) - 1


def key(session: int, sample: int) -> int:
    return session << _BITS | min(max(sample, 0), _MOST)


def sample_of(key: int) -> int:
    return key & _MOST


def keys_of(session: int, first: int | None = None, stop: int | None = None) -> tuple[int, int]:
    """The keys [low, high) of the samples [first, stop) of a session; None: from or to its end."""
    low = key(session, 0 if first is None else first)
    high = (session + 1) << _BITS if stop is None or stop > _MOST else key(session, stop)
    return low, high
