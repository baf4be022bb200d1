"""Alarms: what is worth somebody's attention, how urgent, since when, and why no more.

events ─▶ heart ─────┐ findings
parts ──▶ equipment ─┴──────────▶ register ─▶ what stands, what changed
                                     ▲ acknowledge
"""

from ecg_device.alarms.alarm import Alarm, Priority
from ecg_device.alarms.alarms import Alarms
from ecg_device.alarms.limits import Limits, limits_schema

__all__ = ["Alarm", "Alarms", "Limits", "Priority", "limits_schema"]
