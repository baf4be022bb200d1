"""Recordings on disk: one module a format, all read in blocks of bounded size."""

from ecg_device.formats.annotations import (
    Annotation,
    annotation_arrays,
    annotation_rate,
    read_annotations,
    write_annotations,
)
from ecg_device.formats.csv_writer import write_csv
from ecg_device.formats.edf_writer import write_edf
from ecg_device.formats.opening import open_recording
from ecg_device.formats.recording import Recording
from ecg_device.formats.wfdb_writer import write_wfdb

__all__ = [
    "Annotation",
    "Recording",
    "annotation_arrays",
    "annotation_rate",
    "open_recording",
    "read_annotations",
    "write_annotations",
    "write_csv",
    "write_edf",
    "write_wfdb",
]
