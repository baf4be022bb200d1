"""From a recording to its result: what was seen, what it weighs, and when nothing can be said."""

from collections import Counter
from typing import NamedTuple

from ecg_device import __version__
from ecg_device.recordings.advice import advice
from ecg_device.recordings.intervals import measure
from ecg_device.recordings.result import Rates, Result
from ecg_device.recordings.take import Take
from ecg_device.rhythm import heart_rate
from ecg_device.signals import WORKING_RATE_HZ, Reason, Rhythm

USABLE = 0.7  # of the recording, below which nothing is concluded
FEWEST_BEATS = 5
KNOWN = 0.5  # of the usable signal, below which the rhythm is not known
SLOWEST_BPM, FASTEST_BPM = 30.0, 220.0  # beyond, the detector's beats are not taken for granted
LONG_S = 30  # a shorter recording cannot deny what comes and goes

_RATE = f"heart rate outside {SLOWEST_BPM:g} to {FASTEST_BPM:g} bpm"
_UNKNOWN = "INCONCLUSIVE"
_PASSING = ("pause",)  # told however short, though they are no rhythms of their own
_GRAVE = ("(ASYS", "(VT", "(AFIB", "(SVTA", "(IVR")  # told however short; the gravest first
_NAMES = {
    "V": "ventricular beat",
    "A": "supraventricular beat",
    "S": "supraventricular beat",
    "F": "fusion beat",
}


class Seen(NamedTuple):
    """One rhythm of the recording, and for how many seconds in all."""

    rhythm: Rhythm  # as it was last told
    seconds: float


def judge(take: Take) -> Result:
    """What the recording shows."""
    rhythms = _seen(take)
    grave = [seen for seen in rhythms if _is_grave(seen.rhythm)]
    rates = _rates(take)
    reason = "" if grave else _doubt(take, rhythms, rates)
    told = [] if reason else [s for s in rhythms if not s.rhythm.reason] or rhythms
    main = next(iter(grave or told), None)  # what is inconclusive names no rhythm
    beats = Counter(beat.symbol for beat in take.beats)
    return Result(
        conclusive=not reason,
        conclusion=_inconclusive(reason) if reason else _conclusion(take, rhythms, rates, beats),
        reason=reason or _reservation(take),
        advice=advice(reason or _reservation(take)),
        rhythm=main.rhythm.name if main else "",
        aux=main.rhythm.aux if main else _UNKNOWN,
        evidence=main.rhythm.evidence if main else (),
        rates=rates,
        beats=dict(sorted(beats.items())),
        intervals=measure(take),
        usable=round(take.usable, 3),
        seconds=take.seconds,
        model=take.model,
        software=__version__,
    )


def _seen(take: Take) -> list[Seen]:
    """The rhythms by gravity, then by their share of the time."""
    lasted: dict[tuple[str, str], Seen] = {}
    for rhythm, seconds in take.episodes():
        key = (rhythm.aux, rhythm.name)
        before = lasted[key].seconds if key in lasted else 0.0
        if seconds > 0.0:
            lasted[key] = Seen(rhythm, before + seconds)
    return sorted(lasted.values(), key=lambda seen: (_gravity(seen.rhythm), -seen.seconds))


def _gravity(rhythm: Rhythm) -> int:
    if rhythm.name in _PASSING:
        return len(_GRAVE)
    return _GRAVE.index(rhythm.aux) if rhythm.aux in _GRAVE else len(_GRAVE) + 1


def _is_grave(rhythm: Rhythm) -> bool:
    return _gravity(rhythm) <= len(_GRAVE)


def _rates(take: Take) -> Rates | None:
    """The mean over all intervals; the extremes of the averages that a page would have shown."""
    rr_s = take.rr_s()
    shown = [
        rate.bpm for n in range(1, len(rr_s) + 1) if (rate := heart_rate(rr_s[:n])) is not None
    ]
    if not shown:
        return None
    mean = 60.0 * len(rr_s) / sum(rr_s)
    return Rates(round(mean, 1), round(min(shown), 1), round(max(shown), 1))


def _doubt(take: Take, rhythms: list[Seen], rates: Rates | None) -> str:
    """Why nothing can be concluded; '' where something can."""
    if take.usable < USABLE:
        return next(iter(take.bad()), str(Reason.NOISE))
    if rates is None or len(take.beats) < FEWEST_BEATS:
        return str(Reason.FEW_BEATS)
    if not SLOWEST_BPM <= rates.mean <= FASTEST_BPM:
        return _RATE
    known_s = sum(seen.seconds for seen in rhythms if not seen.rhythm.reason)
    if known_s >= KNOWN * take.usable * take.seconds:
        return ""
    unknown = max((s for s in rhythms if s.rhythm.reason), key=lambda seen: seen.seconds)
    early = unknown.rhythm.reason is Reason.STARTING
    return str(Reason.FEW_BEATS if early else unknown.rhythm.reason)


def _reservation(take: Take) -> str:
    """What was in the way of a conclusion that stands all the same."""
    if take.usable < USABLE:
        return next(iter(take.bad()), "")
    unnamed = Counter(beat.reason for beat in take.beats if beat.reason in _UNNAMED)
    if 2 * unnamed.total() > len(take.beats):
        return str(unnamed.most_common(1)[0][0])
    return ""


_UNNAMED = (Reason.NO_MODEL, Reason.MODEL_FAILED)


def _inconclusive(reason: str) -> str:
    return f"Inconclusive: {reason}."


def _conclusion(take: Take, rhythms: list[Seen], rates: Rates | None, beats: Counter[str]) -> str:
    """Sentences, the gravest first; what lasted all the time goes without its duration."""
    named = [seen for seen in rhythms if not seen.rhythm.reason or _is_grave(seen.rhythm)]
    judged_s = take.usable * take.seconds
    said = [_words(seen, judged_s) for seen in named]
    words = [f"{_sentence('; '.join(said))}."] if said else []
    if rates is not None:
        words.append(f"Mean heart rate {rates.mean:.0f} bpm.")
    words += _counted(beats)
    if take.usable < USABLE:
        words.append(f"Only {100 * take.usable:.0f} % of the recording could be judged.")
    elif worst := next(iter(take.bad().items()), None):
        words += _missing(*worst)
    if not any(seen.rhythm.aux == "(AFIB" for seen in named) and take.seconds < LONG_S:
        words.append(f"{take.seconds} s are too short to rule out atrial fibrillation.")
    return " ".join(words)


def _missing(reason: str, samples: int) -> list[str]:
    """What kept part of it from being judged, where it was a second or more."""
    lasted_s = samples / WORKING_RATE_HZ
    return [f"{_sentence(reason)} for {lasted_s:.0f} s."] if lasted_s >= 1.0 else []


def _words(seen: Seen, judged_s: float) -> str:
    """A rhythm, with how long it lasted unless it was nearly all the time."""
    name = seen.rhythm.name
    if seen.rhythm.name in _PASSING:
        return f"{name} ({seen.rhythm.evidence[0]})" if seen.rhythm.evidence else name
    return name if seen.seconds >= 0.9 * judged_s else f"{name} for {seen.seconds:.0f} s"


def _counted(beats: Counter[str]) -> list[str]:
    counts: Counter[str] = Counter()
    for symbol, count in beats.items():
        if symbol in _NAMES:
            counts[_NAMES[symbol]] += count
    said = [f"{count} {name}{'s' if count > 1 else ''}" for name, count in counts.items()]
    return [f"{_sentence(', '.join(said))}."] if said else []


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
