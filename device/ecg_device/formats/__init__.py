"""Recordings on disk: one module a format, all read in blocks of bounded size."""

from ecg_device.formats.annotations import (
    Annotation,
    annotation_arrays,
    annotation_rate,
    read_annotations,
    write_annotations,
)
from ecg_device.formats.opening import open_recording
from ecg_device.formats.recording import Recording

__all__ = [
    "Annotation",
    "Recording",
    "annotation_arrays",
    "annotation_rate",
    "open_recording",
    "read_annotations",
    "write_annotations",
]
