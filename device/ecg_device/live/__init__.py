"""What happens now, for whoever looks on: messages out, wishes in.

`Broadcast` keeps the last minute of messages for any number of viewers, none of whom can hold up
who publishes; `Requests` carries what viewers wish for to the one thread that may grant it.
"""

from ecg_device.live.broadcast import Broadcast, Message
from ecg_device.live.requests import (
    Acknowledge,
    CancelTake,
    PauseAlarms,
    Request,
    Requests,
    ResumeAlarms,
    SetLimits,
    TakeEcg,
)

__all__ = [
    "Acknowledge",
    "Broadcast",
    "CancelTake",
    "Message",
    "PauseAlarms",
    "Request",
    "Requests",
    "ResumeAlarms",
    "SetLimits",
    "TakeEcg",
]
