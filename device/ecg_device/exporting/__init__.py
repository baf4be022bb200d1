"""What was kept, as files that others read."""

from ecg_device.exporting.session import FORMATS, Stretch, export, file_stem, stretch

__all__ = ["FORMATS", "Stretch", "export", "file_stem", "stretch"]
