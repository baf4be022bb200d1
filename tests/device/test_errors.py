"""Errors say their one line wherever they are caught, another process included."""

import copy
import pickle

import pytest

from ecg_device.errors import ConfigError, EcgDeviceError, FormatError, ModelError, SourceError

KINDS = [EcgDeviceError, ConfigError, FormatError, SourceError, ModelError]


@pytest.mark.parametrize("kind", KINDS)
def test_survives_the_way_between_processes(kind: type[EcgDeviceError]) -> None:
    """A pool pickles what its workers raise: kind, text and parts come back as they were."""
    error = kind("no such file", expected="a record", received="100.dat", remedy="look again")
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(other) is kind
        assert str(other) == str(error)
        assert (other.what, other.expected) == ("no such file", "a record")
        assert (other.received, other.remedy) == ("100.dat", "look again")


def test_is_one_line() -> None:
    """What is left out is not mentioned; line breaks in what was received are gone."""
    assert str(FormatError("bad header")) == "bad header"
    assert str(FormatError("bad header", received="a\n\tb")) == "bad header; received a b"
    everything = ConfigError("speed", expected="a number", received="fast", remedy="say 2")
    assert str(everything) == "speed; expected a number; received fast; say 2"


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (ConfigError, ValueError),
        (FormatError, ValueError),
        (SourceError, OSError),
        (ModelError, ValueError),
    ],
)
def test_is_what_python_calls_it(kind: type[EcgDeviceError], builtin: type[Exception]) -> None:
    """Each is also the builtin error a caller would expect."""
    with pytest.raises(builtin, match="what failed"):
        raise kind("what failed")
