"""The progress bar: on a terminal, late, rarely, and gone before anything else is printed."""

import io

from ecg_device.cli.progress import ProgressBar, bar, clock_time


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_drawn_in_the_first_two_seconds() -> None:
    """Quick work shows no bar; after two seconds there is one, with the time left."""
    stream, clock = Terminal(), Clock()
    progress = ProgressBar(stream, clock)
    clock.now += 1.9
    progress.show(0.4)
    progress.clear()
    assert stream.getvalue() == ""
    clock.now += 0.6
    progress.show(0.5)
    assert " 50%, 0:00:02 left" in stream.getvalue()


def test_it_is_redrawn_ten_times_a_second_at_most() -> None:
    """A thousand calls within a second write about ten bars, not a thousand."""
    stream, clock = Terminal(), Clock()
    progress = ProgressBar(stream, clock)
    clock.now += 10
    for _ in range(1000):
        clock.now += 0.001
        progress.show(0.5)
    assert 9 <= stream.getvalue().count("%") <= 11


def test_nothing_is_written_to_a_file() -> None:
    """Redirected stderr stays free of bars and of the codes that erase them."""
    stream, clock = io.StringIO(), Clock()
    progress = ProgressBar(stream, clock)
    clock.now += 100
    progress.show(0.5)
    progress.clear()
    assert stream.getvalue() == ""


def test_a_cleared_line_is_empty() -> None:
    """What is printed after the bar does not stand behind it."""
    stream, clock = Terminal(), Clock()
    progress = ProgressBar(stream, clock)
    clock.now += 3
    progress.show(0.5)
    progress.clear()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_the_time_left_is_the_rest_at_the_pace_so_far() -> None:
    """A quarter done in 10 s leaves 30 s; nothing done yet leaves no guess; never over 100 %."""
    assert bar(0.25, 10.0).endswith(" 25%, 0:00:30 left")
    assert "left" not in bar(0.0, 10.0)
    assert "100%" in bar(1.2, 10.0)
    assert clock_time(3723.4) == "1:02:03"
