"""Which reader a path calls for."""

import difflib
from pathlib import Path

from ecg_device.errors import FormatError
from ecg_device.formats.csv_reader import open_csv
from ecg_device.formats.edf import open_edf
from ecg_device.formats.recording import Recording
from ecg_device.formats.units import require_no_converter
from ecg_device.formats.wfdb import open_wfdb


def open_recording(
    path: str | Path,
    *,
    lead: int | str | None = 0,
    adc_bits: int | None = None,
    vref: float | None = None,
) -> Recording:
    """Open a WFDB record, an EDF or a CSV file, whichever is there.

    Sizes and headers are checked at once; samples are read when `blocks` is iterated.

    Parameters
    ----------
    path
        A WFDB record without extension (or any of its files), an `.edf` or a `.csv` file.
    lead
        Number or name of the lead; None: the first one with an ECG's name, else the first.
    adc_bits, vref
        For a CSV file of ADC counts: the converter's resolution and its reference in volts.
    """
    path = Path(path)
    header = _wfdb_header(path)
    if header is not None:
        require_no_converter(path, adc_bits, vref, "the gain in its header")
        return open_wfdb(header, lead)
    if path.suffix.lower() == ".edf" and _is_file(path):
        require_no_converter(path, adc_bits, vref, "the limits in its header")
        return open_edf(path, lead)
    if path.suffix.lower() == ".csv" and _is_file(path):
        return open_csv(path, lead, adc_bits=adc_bits, vref=vref)
    raise _not_a_recording(path)


def _wfdb_header(path: Path) -> Path | None:
    """The header that a record's name, or one of its files, stands for."""
    if path.suffix.lower() == ".hea":
        return path
    named = path.with_name(f"{path.name}.hea") if path.name else None
    if named is not None and _is_file(named):
        return named
    beside = path.with_suffix(".hea") if path.suffix.lower() in (".dat", ".mat") else None
    return beside if beside is not None and _is_file(beside) else None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long, or with a zero byte in it
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _not_a_recording(path: Path) -> FormatError:
    if _is_folder(path):
        found = _recordings_in(path)
        remedy = f"name one of them: {', '.join(found[:5])}" if found else None
        return FormatError(f"{path}: a folder", expected="a recording", remedy=remedy)
    if _is_file(path):
        return FormatError(
            f"{path}: not a recording we can read",
            expected="a WFDB record with its .hea, an .edf or a .csv file",
            received=f"a file ending in {path.suffix!r}",
        )
    near = difflib.get_close_matches(path.name, _recordings_in(path.parent), n=1)
    return FormatError(
        f"{path}: no recording there",
        expected="a WFDB record (without extension), an .edf or a .csv file",
        remedy=f"did you mean {path.parent / near[0]}?" if near else "check the path",
    )


def _recordings_in(folder: Path) -> list[str]:
    """Names by which the recordings of a folder can be opened."""
    try:
        files = sorted(folder.iterdir())[:10_000]
    except (OSError, ValueError):
        return []
    known = [file for file in files if file.suffix.lower() in (".hea", ".edf", ".csv")]
    return [file.stem if file.suffix == ".hea" else file.name for file in known]
