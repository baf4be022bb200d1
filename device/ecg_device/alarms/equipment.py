"""What keeps the heart from being watched: electrodes, signal, noise, parts of the appliance."""

from collections.abc import Iterator

from ecg_device.alarms.alarm import Finding, Priority
from ecg_device.signals import WORKING_RATE_HZ, Classification, Quality, Reason, SignalState

NO_SIGNAL_AFTER_S = 2.0  # lost samples and a knock against an electrode are over before
NOISE_AFTER_S = 10.0
UNNAMED = 5  # beats in a row without a name, before the model is said to fail
SOURCE, MODEL = "source", "model"

_LEADS = {Reason.RA_OFF, Reason.LA_OFF, Reason.CABLE_OFF}
_MODEL = {Reason.NO_MODEL, Reason.MODEL_FAILED}


class Equipment:
    """Follows the state of the signal, the names of beats, and what parts complain of."""

    def __init__(self) -> None:
        self._complaints: dict[str, tuple[str, Priority | None, int]] = {}
        self.restart()

    def restart(self) -> None:
        """Another signal; what parts complain of stays."""
        self._quality = Quality(0, 0, SignalState.SETTLING, Reason.STARTING)
        self._blind_since = 0  # since when the heart has not been seen, and nothing else said so
        self._unnamed: list[Reason] = []
        self._unnamed_since = 0

    @property
    def unassessable(self) -> str:
        """Why nothing can be said of the heart now; '' where it can."""
        if SOURCE in self._complaints:
            return self._complaints[SOURCE][0]
        if self._quality.state is SignalState.OK:
            return ""
        return str(self._quality.reason)

    def complain(self, component: str, reason: str, priority: Priority | None, now: int) -> None:
        """A part does not do what it should."""
        since = self._complaints[component][2] if component in self._complaints else now
        self._complaints[component] = " ".join(reason.split()), priority, since

    def well(self, component: str) -> None:
        self._complaints.pop(component, None)

    def feed(self, event: Quality | Classification) -> None:
        """A new state of the signal, or the name of a beat."""
        if isinstance(event, Quality):
            if self._quality.state is SignalState.OK or any(self._off(event.sample)):
                self._blind_since = event.sample
            self._quality = event
            return
        if event.reason not in _MODEL:
            self._unnamed.clear()
            return
        if not self._unnamed:
            self._unnamed_since = event.beat.sample
        self._unnamed = [*self._unnamed[1 - UNNAMED :], event.reason]

    def findings(self, now: int) -> Iterator[Finding]:
        """What holds at a working sample."""
        yield from self._contact(now)
        if len(self._unnamed) >= UNNAMED and MODEL not in self._complaints:
            text = f"Beats are not named: {self._unnamed[-1]}"
            yield Finding(MODEL, text, self._unnamed_since)
        for component, (reason, priority, since) in self._complaints.items():
            text = f"{_sentence(component)}: {reason}"
            yield Finding(component, text, since, priority=priority)

    def _contact(self, now: int) -> Iterator[Finding]:
        state, reason = self._quality.state, self._quality.reason
        yield from self._off(now)
        if state in (SignalState.OK, SignalState.OFF):
            return
        if now - self._blind_since >= NOISE_AFTER_S * WORKING_RATE_HZ:
            words = f"Heart not assessed for more than {NOISE_AFTER_S:g} s: {reason}"
            yield Finding("noise", words, self._blind_since)

    def _off(self, now: int) -> Iterator[Finding]:
        quality = self._quality
        since, text = quality.sample, _sentence(quality.reason)
        if quality.state is not SignalState.OFF:
            return
        if quality.reason in _LEADS:
            yield Finding("lead-off", text, since)
        elif now - since >= NO_SIGNAL_AFTER_S * WORKING_RATE_HZ:
            yield Finding("no-signal", text, since)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
