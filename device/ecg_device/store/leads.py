"""The state of the electrodes: one byte where it does not change, else one a sample."""

import numpy as np

from ecg_device.signals import LeadBits


def to_blob(leads: LeadBits | None) -> bytes | None:
    if leads is None or not len(leads):
        return None
    alike = bool((leads == leads[0]).all())
    return leads[:1].tobytes() if alike else leads.tobytes()


def from_blob(blob: bytes | None, samples: int) -> LeadBits | None:
    if blob is None:
        return None
    leads = np.frombuffer(blob, np.uint8)
    return np.full(samples, leads[0], np.uint8) if len(leads) == 1 else leads
