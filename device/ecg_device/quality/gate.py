"""The gate: one state of the signal out of contact and noise, and nothing let out unless OK."""

from ecg_device.quality.noise import NoiseWatch
from ecg_device.signals import Beat, Judged, Quality, Reason, SignalState


class Gate:
    """Follows contact changes, judged candidates and seconds in order of their decision."""

    def __init__(self) -> None:
        self._contact = Quality(0, 0, SignalState.SETTLING, Reason.STARTING)
        self._noise = NoiseWatch()
        self._shown: Quality | None = None
        self._held = False

    def lets_out(self, beat: Beat) -> bool:
        """Whether the signal is good, and was so already when the beat happened.

        A clipped QRS has left the rail when its beat is final; the step to a rail has not.
        """
        if self._held:
            return False
        shown = self._shown
        return shown is not None and shown.state is SignalState.OK and shown.sample <= beat.sample

    def contact(self, change: Quality) -> list[Quality]:
        """A new state of contact; noise is judged afresh after each."""
        self._contact = change
        self._noise.restart()
        return self._show(change)

    def rail(self, held: bool) -> None:
        """Whether the line is at a rail, a wave's top or a fault to come."""
        self._held = held

    def candidate(self, judged: Judged) -> None:
        self._noise.candidate(judged)

    def second(self, sample: int) -> list[Quality]:
        """The end of a second, when noise is judged."""
        noisy = self._noise.second()
        if self._contact.state is not SignalState.OK:
            return []
        if noisy:
            return self._show(Quality(sample, sample, SignalState.NOISY, Reason.NOISE))
        return self._show(Quality(sample, sample, SignalState.OK))

    def _show(self, quality: Quality) -> list[Quality]:
        shown = self._shown
        if shown and (shown.state, shown.reason) == (quality.state, quality.reason):
            return []
        self._shown = quality
        return [quality]
