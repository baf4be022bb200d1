"""The appliance: everything a Raspberry Pi installs. Not a medical device."""

__version__ = "0.1.0"
