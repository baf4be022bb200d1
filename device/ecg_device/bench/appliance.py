"""The daemon as a process of its own, as a user or a service starts it: launched, watched, ended.

What it prints goes to files, so that nobody need read along for it to go on.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from ecg_device.errors import ServerError

_PAGE = re.compile(r"^(?:SIMULATED +)?page +(https?://\S+)", re.MULTILINE)
_POLL_S = 0.005
START_WITHIN_S = 30.0
STOP_WITHIN_S = 10.0
_T = TypeVar("_T")
_TOLD = 2000  # characters of what it complained of that an error repeats


class Appliance:
    """`ecg-device run` on a free port, with a data folder, settings and state of its own.

    Parameters
    ----------
    folder
        Where everything of this appliance lies: `data`, `state`, what it printed. A later one
        with the same folder finds the data of the one before.
    options
        More arguments of `ecg-device run`; one given here goes before what is said above.
    environment
        Variables to add to this process's own.
    """

    def __init__(
        self,
        folder: Path,
        options: Sequence[str] = (),
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.data = folder / "data"
        self._out, self._err = folder / "stdout.txt", folder / "stderr.txt"
        usual = {"--port": "0", "--data": str(self.data)}
        missing = [each for pair in usual.items() if pair[0] not in options for each in pair]
        command = [sys.executable, "-m", "ecg_device", "run", *missing, *options]
        self.began_s = time.monotonic()
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=self._variables(environment or {}),
                start_new_session=True,  # Ctrl-C of whoever measures is not the appliance's
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def printed(self) -> str:
        return self._out.read_text(encoding="utf-8", errors="replace")

    @property
    def complaints(self) -> str:
        """What it said on stderr."""
        return self._err.read_text(encoding="utf-8", errors="replace")

    @property
    def page(self) -> str:
        """The address of the page, without a slash at its end, once the appliance has told it."""
        found = self.until(lambda: _PAGE.search(self.printed), "the address of its page")
        return found[1].rstrip("/")

    def until(self, look: Callable[[], _T | None], what: str, s: float = START_WITHIN_S) -> _T:
        """What `look` finds, as soon as it finds something; ServerError if it takes too long."""
        give_up = time.monotonic() + s
        while not (found := look()):
            ended = self.process.poll()
            if ended is not None or time.monotonic() > give_up:
                how = "it runs" if ended is None else f"it ended with status {ended}"
                raise ServerError(
                    f"the appliance in {self.folder} did not go on",
                    expected=f"{what} within {s:g} s",
                    received=f"{how}; on stderr: {self.complaints[-_TOLD:] or 'nothing'}",
                )
            time.sleep(_POLL_S)
        return found

    def stop(self, number: int = signal.SIGTERM, within_s: float = STOP_WITHIN_S) -> float:
        """Ask it to stop and return how many seconds that took; ServerError if it takes longer."""
        asked = time.monotonic()
        self.process.send_signal(number)
        try:
            self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            raise ServerError(
                f"the appliance in {self.folder} did not stop",
                expected=f"its end within {within_s:g} s of {signal.Signals(number).name}",
                received=f"on stderr: {self.complaints[-_TOLD:] or 'nothing'}",
            ) from None
        return time.monotonic() - asked

    def kill(self) -> None:
        """SIGKILL to the daemon alone, as a crash would end it, and wait until it is gone."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing of it is left running."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def _variables(self, more: Mapping[str, str]) -> dict[str, str]:
        own = {
            "ECG_DEVICE_STATE": str(self.folder / "state"),
            "XDG_CONFIG_HOME": str(self.folder / "settings"),
        }
        inherited = {k: v for k, v in os.environ.items() if k != "ECG_DEVICE_CONFIG"}
        return inherited | own | dict(more)
