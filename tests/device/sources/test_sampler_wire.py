"""The sampler's frames: what goes in comes out to the bit, and anything else is refused."""

import json
import math
import struct
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecg_device.errors import ConfigError, EcgDeviceError, FormatError, ModelError, SourceError
from ecg_device.signals import Block, SignalInfo
from ecg_device.sources.order import Order
from ecg_device.sources.wire import MAGIC, MOST_SAMPLES, Decoder, Message, Sign, Taken, encode

INT64 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(max_size=40)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
PAIR = st.none() | st.tuples(NUMBER, NUMBER)


@st.composite
def takes(draw: st.DrawFn) -> Taken:
    """Blocks of any length, their millivolts any 64 bits, missing and infinite ones too."""
    n = draw(st.integers(0, 40))
    bits = draw(arrays(np.uint64, n, elements=st.integers(0, 2**64 - 1)))
    leads = draw(st.none() | arrays(np.uint8, n))
    block = Block(draw(INT64), bits.view(np.float64), leads)
    return Taken(block, draw(INT64), draw(st.integers(0, n)))


infos = st.builds(
    SignalInfo,
    TEXT,
    st.floats(min_value=0, exclude_min=True, allow_infinity=False),
    TEXT,
    st.booleans(),
    PAIR,
    st.none() | INT64,
    PAIR,
)
errors = st.builds(
    lambda kind, what, expected, received, remedy: kind(
        what, expected=expected, received=received, remedy=remedy
    ),
    st.sampled_from([ConfigError, FormatError, SourceError]),
    TEXT,
    st.none() | TEXT,
    st.none() | TEXT,
    st.none() | TEXT,
)
messages = st.one_of(takes(), infos, errors, st.sampled_from(Sign))


def same(one: Message, other: Message) -> bool:
    """Equal in every bit; two missing samples are equal though no NaN is."""
    if isinstance(one, Taken) and isinstance(other, Taken):
        a, b = one.block, other.block
        leads = (a.leads is None) == (b.leads is None) and (
            a.leads is None or (a.leads.dtype == b.leads.dtype and np.array_equal(a.leads, b.leads))
        )
        numbers = (one.taken_ns, one.late, a.start) == (other.taken_ns, other.late, b.start)
        return numbers and leads and a.mv.tobytes() == b.mv.tobytes()
    if isinstance(one, EcgDeviceError) and isinstance(other, EcgDeviceError):
        return type(one) is type(other) and one.args == other.args
    return one == other


def decoded(pieces: list[bytes]) -> list[Message]:
    decoder = Decoder()
    return [message for piece in pieces for message in decoder.feed(piece)]


@given(sent=st.lists(messages, max_size=6), cuts=st.lists(st.integers(0, 2000), max_size=8))
def test_a_stream_cut_anywhere_gives_what_was_sent(sent: list[Message], cuts: list[int]) -> None:
    """A pipe hands bytes over in pieces of any size; the messages do not feel it."""
    stream = b"".join(encode(message) for message in sent)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    pieces = [stream[a:b] for a, b in pairwise(edges)]
    received = decoded(pieces)
    assert len(received) == len(sent)
    assert all(map(same, sent, received))


@given(sent=st.lists(messages, min_size=1, max_size=4), lost=st.integers(1, 5000))
def test_a_torn_stream_ends_in_a_frame_that_never_comes_whole(
    sent: list[Message], lost: int
) -> None:
    """Whole frames are given out, the rest is counted as torn: a killed sampler's last bytes."""
    frames = [encode(message) for message in sent]
    stream = b"".join(frames)
    kept = max(len(stream) - lost, 0)
    decoder = Decoder()
    received = list(decoder.feed(stream[:kept]))
    ends = np.cumsum([len(frame) for frame in frames])
    whole = int(np.count_nonzero(ends <= kept))
    assert len(received) == whole
    assert decoder.torn == kept - (int(ends[whole - 1]) if whole else 0)


@given(data=st.binary(max_size=300))
def test_foreign_bytes_are_refused_or_waited_for(data: bytes) -> None:
    """Whatever comes: a SourceError or not yet a frame, never another exception."""
    try:
        received = decoded([data])
    except SourceError:
        return
    assert received == [] or data.startswith(MAGIC)


@given(data=st.binary(min_size=1, max_size=60).filter(lambda data: data[0] != MAGIC[0]))
def test_the_first_foreign_byte_is_found_at_once(data: bytes) -> None:
    """What does not begin as a frame does will not become one: nobody waits for more."""
    with pytest.raises(SourceError, match="damaged"):
        decoded([data])


@given(message=messages, at=st.integers(0, 400), flip=st.integers(1, 255))
def test_a_flipped_byte_never_crashes(message: Message, at: int, flip: int) -> None:
    """A damaged frame is another valid one, is waited for, or is a SourceError."""
    frame = bytearray(encode(message))
    frame[at % len(frame)] ^= flip
    try:
        decoded([bytes(frame)])
    except SourceError as error:
        assert "\n" not in str(error)


def raw(kind: int, payload: bytes, length: int | None = None) -> bytes:
    return MAGIC + struct.pack("<BxxxI", kind, len(payload) if length is None else length) + payload


def block(count: int, *, has_leads: int = 0, late: int = 0, data: bytes) -> bytes:
    return raw(2, struct.pack("<qqIIB7x", 0, 0, late, count, has_leads) + data)


INFO = {
    "name": "x",
    "rate_hz": 360.0,
    "lead": "I",
    "simulated": True,
    "rails_mv": None,
    "samples": None,
    "band_hz": None,
}


@pytest.mark.parametrize(
    "frame",
    [
        raw(9, b""),
        raw(0, b""),
        raw(2, b"", 2**32 - 1),
        raw(2, b"short"),
        block(3, data=bytes(23)),
        block(3, data=bytes(25)),
        block(2, has_leads=1, data=bytes(17)),
        block(2, has_leads=7, data=bytes(18)),
        block(1, late=2, data=bytes(8)),
        block(MOST_SAMPLES + 1, data=bytes(8)),
        raw(3, b"x"),
        raw(4, b"x"),
        raw(1, b"{}"),
        raw(1, b"[" * 100_000),
        raw(1, b"\xff\xfe"),
        raw(1, b'"text"'),
        raw(1, json.dumps({**INFO, "rate_hz": 0}).encode()),
        raw(1, json.dumps({**INFO, "rate_hz": math.inf}).encode()),
        raw(1, json.dumps({**INFO, "samples": math.inf}).encode()),
        raw(1, json.dumps({**INFO, "rails_mv": [1, 2, 3]}).encode()),
        raw(1, json.dumps({**INFO, "rails_mv": "ab"}).encode()),
        raw(5, b'{"class": "SourceError"}'),
        raw(5, b'{"class":"SourceError","what":1,"expected":null,"received":null,"remedy":null}'),
        raw(5, b'{"class":"SourceError","what":"w","expected":3,"received":null,"remedy":null}'),
        raw(5, b'{"class":[],"what":"w","expected":null,"received":null,"remedy":null}'),
    ],
    ids=lambda frame: repr(frame[4:40]),
)
def test_a_frame_that_contradicts_itself_is_refused(frame: bytes) -> None:
    """Unknown kinds, lengths that do not agree, values that are none: a SourceError each."""
    with pytest.raises(SourceError, match="damaged") as caught:
        decoded([frame])
    assert caught.value.expected and caught.value.remedy


def test_what_came_before_the_damage_is_given_out() -> None:
    """The samples before a damaged byte are as good as ever."""
    sound = Taken(Block(0, np.array([1.0, math.nan])), 5, 0)
    messages = Decoder().feed(encode(sound) + b"garbage")
    assert same(next(messages), sound)
    with pytest.raises(SourceError):
        next(messages)


def test_samples_can_be_written_to() -> None:
    """The pipeline owns a block: its arrays are no views of the received bytes."""
    sent = Taken(Block(0, np.arange(3.0), np.zeros(3, np.uint8)), 5, 0)
    (got,) = decoded([encode(sent)])
    got.block.mv[0], got.block.leads[0] = 7.0, 1
    assert got.block.mv[0] == 7.0


def test_an_error_of_another_kind_is_told_as_one_of_the_source() -> None:
    """Only a source's own kinds go through; what else stops it is a SourceError in its words."""
    (got,) = decoded([encode(ModelError("odd", remedy="none"))])
    assert (type(got), got.what, got.remedy) == (SourceError, "odd", "none")


@given(
    order=st.builds(
        Order,
        TEXT,
        st.none(),
        st.floats(0, 1e6),
        st.integers(0, 2**70),
        st.floats(0.001, 60),
    )
)
def test_an_order_is_one_line_that_reads_as_it_was_written(order: Order) -> None:
    """Any text may name a source: the order is still one line."""
    line = order.line()
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert Order.read(line) == order


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"hello\n",
        b"{}\n",
        b"[1]\n",
        b"3\n",
        b"\xff\xfe\n",
        b"[" * 100_000,
        b'{"source":"synthetic","scenario":null,"speed":-1,"seed":0,"block_s":0.04}',
        b'{"source":"synthetic","scenario":null,"speed":NaN,"seed":0,"block_s":0.04}',
        b'{"source":"synthetic","scenario":null,"speed":1,"seed":Infinity,"block_s":0.04}',
        b'{"source":"synthetic","scenario":null,"speed":1,"seed":0,"block_s":0}',
        b'{"source":"synthetic","scenario":5,"speed":1,"seed":0,"block_s":1}',
    ],
    ids=lambda line: repr(line[:30]),
)
def test_an_order_that_makes_no_sense_is_refused(line: bytes) -> None:
    """Somebody started the sampler by hand: told on one line what it wants."""
    with pytest.raises(SourceError, match="order") as caught:
        Order.read(line)
    assert "\n" not in str(caught.value)
