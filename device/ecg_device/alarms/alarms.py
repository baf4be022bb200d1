"""The alarms of the appliance: events, complaints and time in; what stands, and changes, out."""

from collections.abc import Mapping

from ecg_device.alarms.alarm import Alarm, Priority
from ecg_device.alarms.equipment import Equipment
from ecg_device.alarms.heart import Heart
from ecg_device.alarms.limits import Limits, limits_schema
from ecg_device.alarms.register import Register
from ecg_device.errors import ConfigError
from ecg_device.signals import (
    WORKING_RATE_HZ,
    Classification,
    Event,
    Quality,
    source_sample,
)

SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 10.0, 600.0


class Alarms:
    """No patient monitor: it shows, and nobody is called.

    `feed` takes the pipeline's events as they are, in working samples; `tick` the source sample
    number that was reached. Everything is measured in the signal's time, but for the pause.
    Nothing is raised about the heart unless the signal is good; what stood is then ended with the
    reason, and a high one stays, marked, until somebody acknowledges it.
    """

    def __init__(self, limits: Limits, rate_hz: float) -> None:
        self._limits = limits
        self._rate_hz = rate_hz
        self._heart, self._equipment, self._register = Heart(), Equipment(), Register()
        self._sample = 0  # source sample reached
        self._before_s = 0.0  # signal of earlier openings
        self._wall_ms = 0
        self._paused_until_s: float | None = None

    @property
    def limits(self) -> Limits:
        return self._limits

    def restart(self, rate_hz: float) -> None:
        """The source was opened again: its samples count from 0. What stands, stands."""
        self._before_s += self._sample / self._rate_hz
        self._rate_hz, self._sample = rate_hz, 0
        self._heart = Heart()
        self._equipment.restart()
        self._update()

    def feed(self, event: Event, now_s: float) -> None:
        """The next event of the pipeline."""
        self._resume_when_over(now_s)
        self._heart.feed(event, self._limits)
        if isinstance(event, Quality | Classification):
            self._equipment.feed(event)

    def tick(self, sample: int, now_s: float, wall_ms: int) -> None:
        """A block has come, up to this source sample, taken at this time."""
        self._resume_when_over(now_s)
        self._sample = max(self._sample, sample)
        self._wall_ms = wall_ms
        self._update()

    def technical(
        self, component: str, reason: str | None, priority: Priority | None = None
    ) -> None:
        """A part of the appliance complains, or with None is well again; at once.

        "source", "storage" and "model" have a priority of their own. Without a source nothing is
        known of the heart.
        """
        if reason is None:
            self._equipment.well(component)
        else:
            self._equipment.complain(component, reason, priority, self._working)
        self._update()

    def acknowledge(self, alarm_id: str | None) -> bool:
        """Somebody has seen this alarm, or all of them; False where there is none such."""
        return self._register.acknowledge(alarm_id)

    def pause(self, seconds: float, now_s: float) -> None:
        """Ask viewers to be quiet for so long; what is found is still shown and told."""
        if not (
            isinstance(seconds, int | float) and SHORTEST_PAUSE_S <= seconds <= LONGEST_PAUSE_S
        ):
            raise ConfigError(
                "pause of the alarms",
                expected=f"{SHORTEST_PAUSE_S:g} to {LONGEST_PAUSE_S:g} seconds",
                received=repr(seconds)[:40],
            )
        self._paused_until_s = now_s + seconds

    def resume(self) -> None:
        """The pause is over."""
        self._paused_until_s = None

    def set_limits(self, wanted: Mapping[str, object]) -> Limits:
        """Change some limits; ConfigError, and all as before, where one cannot be."""
        self._limits = self._limits.changed(wanted)
        return self._limits

    def state(self, now_s: float, wall_ms: int) -> dict[str, object]:
        """As viewers get it."""
        self._resume_when_over(now_s)
        until_s = self._paused_until_s
        until_ms = None if until_s is None else wall_ms + round(1000 * (until_s - now_s))
        return {
            "active": [alarm.as_json() for alarm in self._register.active()],
            "paused_until_ms": until_ms,
            "limits": limits_schema(self._limits),
        }

    def active(self) -> list[Alarm]:
        """What stands, the most urgent first."""
        return self._register.active()

    def changes(self) -> list[tuple[Alarm, str]]:
        """What was "raised", "ended" or "acknowledged" since this was last asked."""
        return self._register.changes()

    @property
    def _working(self) -> int:
        """The working sample reached; the inverse of `source_sample`."""
        return round(self._sample * WORKING_RATE_HZ / self._rate_hz)

    def _update(self) -> None:
        now = self._working
        unassessable = self._equipment.unassessable
        findings = list(self._equipment.findings(now))
        if not unassessable:
            findings += self._heart.findings(now, self._limits)
        rate_hz = self._rate_hz
        for at, finding in enumerate(findings):
            findings[at] = finding._replace(since=source_sample(finding.since, rate_hz))
        at_s = self._before_s + self._sample / rate_hz
        self._register.take(findings, at_s, self._wall_ms_of, unassessable)

    def _wall_ms_of(self, sample: int) -> int:
        return self._wall_ms - round(1000 * (self._sample - sample) / self._rate_hz)

    def _resume_when_over(self, now_s: float) -> None:
        if self._paused_until_s is not None and now_s >= self._paused_until_s:
            self._paused_until_s = None
