"""The page and its API: reads what is published and stored, and asks for what viewers wish.

Nothing here samples, decides or writes: see README.md for the ways in and out.
"""

from ecg_device.web.app import create_app
from ecg_device.web.appliance import Appliance
from ecg_device.web.server import Server

__all__ = ["Appliance", "Server", "create_app"]
