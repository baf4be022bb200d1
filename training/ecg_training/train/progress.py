"""How a training is told while it runs: a bar on a terminal, else a line an epoch, or nothing."""

from typing import Protocol, TextIO

from ecg_training.train.state import State

_BAR = 30


class Watch(Protocol):
    """Who is told of a training's batches and epochs."""

    def batch(self, epoch: int, done: int, steps: int) -> None: ...
    def epoch(self, state: State) -> None: ...


class Silent:
    """Tells nothing: the sweep that a run belongs to has a bar of its own."""

    def batch(self, epoch: int, done: int, steps: int) -> None:
        pass

    def epoch(self, state: State) -> None:
        pass


class Lines:
    """A line for each epoch, and on a terminal a bar in between."""

    def __init__(self, screen: TextIO, epochs: int) -> None:
        self._screen = screen
        self._epochs = epochs
        self._bar = screen.isatty()
        self._shown = -1

    def batch(self, epoch: int, done: int, steps: int) -> None:
        filled = _BAR * done // steps
        if self._bar and filled != self._shown:
            self._shown = filled
            bar = f"epoch {epoch + 1}/{self._epochs} [{'#' * filled:<{_BAR}}]"
            print(f"\r{bar} {done}/{steps}", end="", file=self._screen, flush=True)

    def epoch(self, state: State) -> None:
        row = state.history[-1]
        clear = "\r\033[K" if self._bar else ""
        best = " *" if state.best_epoch == state.epoch - 1 else ""
        print(
            f"{clear}epoch {state.epoch}/{self._epochs}  loss {row['loss']:.4f}  "
            f"accuracy {row['accuracy']:.4f}  validation: loss {row['validation_loss']:.4f}  "
            f"accuracy {row['validation_accuracy']:.4f}  "
            f"macro F1 {row['validation_macro_f1']:.4f}{best}",
            file=self._screen,
            flush=True,
        )
