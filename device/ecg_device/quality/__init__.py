"""Whether the signal may be trusted: contact (is an ECG there) and noise (can it be read)."""

from ecg_device.quality.contact import MISSING, SATURATED, Contact, ContactReport
from ecg_device.quality.gate import Gate

__all__ = ["MISSING", "SATURATED", "Contact", "ContactReport", "Gate"]
