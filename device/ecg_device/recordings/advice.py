"""What to do about a reason, in words for the person with the electrodes on."""

from ecg_device.signals import Reason

_CONTACT = "press it on again, or put on a fresh one on clean, dry skin"
_ADVICE = {
    Reason.RA_OFF: f"Check the electrode on the right arm (RA): {_CONTACT}.",
    Reason.LA_OFF: f"Check the electrode on the left arm (LA): {_CONTACT}.",
    Reason.CABLE_OFF: f"Check the cable's plug and the electrode RL: {_CONTACT}.",
    Reason.SATURATED: "Sit still, let the cable hang free, wait a few seconds, then try again.",
    Reason.FLAT: "Check the cable and the electrodes, and that the board is powered.",
    Reason.GAP: "Try again; if samples go on missing, look at the page of settings for the cause.",
    Reason.SETTLING: "Wait a few seconds without touching the electrodes, then try again.",
    Reason.STARTING: "Wait until a heart rate is shown, then try again.",
    Reason.NOISE: "Sit or lie still, relax the arms, keep away from chargers, then try again.",
    Reason.NO_MODEL: "Install a model: `ecg-device model list` shows those at hand.",
    Reason.MODEL_FAILED: "Check the model with `ecg-device model verify`, or activate another one.",
    Reason.LOW_CONFIDENCE: "Try again at rest; other places for the electrodes may help.",
    Reason.FEW_BEATS: "Try again, for 30 s, with the electrodes firmly on.",
    Reason.NO_BEATS: "Check the electrodes; if they are on and you feel unwell, call for help.",
    Reason.ARTEFACTS: "Try again at rest; show a doctor an irregular pulse that stays.",
}
_ANYWAY = "Try again at rest, with the electrodes firmly on."


def advice(reason: str) -> str:
    """What may help against this reason; '' where there is none."""
    if not reason:
        return ""
    return next((words for known, words in _ADVICE.items() if known == reason), _ANYWAY)
