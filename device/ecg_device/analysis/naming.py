"""What the results of a record are called."""

from pathlib import PurePath

_RECORDING_SUFFIXES = {".hea", ".dat", ".mat", ".edf", ".csv"}


def result_name(record: str) -> str:
    """The NAME of `NAME.ecgd` and `NAME.json`: the record's, without folder and known suffix."""
    path = PurePath(record)
    return path.stem if path.suffix.lower() in _RECORDING_SUFFIXES else path.name


def shared_names(records: list[str]) -> dict[str, list[str]]:
    """Names that more than one record would write to, each with those records."""
    by_name: dict[str, list[str]] = {}
    for record in records:
        by_name.setdefault(result_name(record), []).append(record)
    return {name: records for name, records in by_name.items() if len(records) > 1}
