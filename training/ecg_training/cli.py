"""The command `ecg-train`: reads its arguments, runs one command, words its failures.

Exit status: 0 done; 1 failed, a line on stderr says why; 2 wrong usage; 130 interrupted.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ecg_device.errors import EcgDeviceError
from ecg_training.parallel import default_jobs
from ecg_training.tables import Table

INTERRUPTED = 130
PIPE_CLOSED = 141
SUBSET = ("100", "105", "108", "119", "203", "208", "222", "231")  # easy, noisy, odd, ectopic
NOISES = ("bw", "ma", "em")
SNRS_DB = (24, 18, 12, 6, 0, -6)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` names and return its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        _print(arguments.question(arguments), arguments.json)
        sys.stdout.flush()
        return 0
    except EcgDeviceError as error:
        print("ecg-train: " + " ".join(str(error).split()), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED


def _print(tables: list[Table], as_json: bool) -> None:
    if as_json:
        print(json.dumps([table.as_json() for table in tables], indent=1))
    else:
        print("\n\n".join(table.markdown() for table in tables))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ecg-train", description="The training side.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    evaluate = commands.add_parser("evaluate", help="how good the appliance is, on real records")
    questions = evaluate.add_subparsers(required=True, metavar="QUESTION")
    _fill_qrs(questions.add_parser("qrs", help="are the beats found, where, how soon (EC57)"))
    _fill_hr(questions.add_parser("hr", help="is the heart rate right, over 10 s windows"))
    _fill_af(questions.add_parser("af", help="is atrial fibrillation told apart"))
    _fill_noise(questions.add_parser("noise", help="how much noise is borne, is it noticed"))
    return parser


def _fill_qrs(qrs: argparse.ArgumentParser) -> None:
    _add_common(qrs)
    _add_records(qrs)
    only = qrs.add_mutually_exclusive_group()
    only.add_argument("--detector-only", action="store_true", help="without the quality gate")
    only.add_argument("--gated", action="store_true", help="only the whole pipeline")
    qrs.add_argument("--brief", action="store_true", help="only the groups, not each record")
    qrs.set_defaults(question=_qrs)


def _fill_hr(hr: argparse.ArgumentParser) -> None:
    _add_common(hr)
    _add_records(hr)
    hr.set_defaults(question=_hr)


def _fill_af(af: argparse.ArgumentParser) -> None:
    _add_common(af)
    sets = ("mitdb", "cinc2017")
    af.add_argument("--on", choices=sets, nargs="+", default=sets, help="only this data set")
    af.set_defaults(question=_af)


def _fill_noise(noise: argparse.ArgumentParser) -> None:
    _add_common(noise)
    _add_records(noise)
    noise.add_argument("--subset", action="store_true", help=f"only {' '.join(SUBSET)}")
    noise.add_argument("--noise", choices=NOISES, nargs="+", default=NOISES)
    noise.add_argument("--snr", type=int, nargs="+", default=SNRS_DB, metavar="DB")
    noise.set_defaults(question=_noise)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, metavar="DIR", help="data folder (else ECG_DATA)")
    parser.add_argument("--jobs", type=_count, default=default_jobs(), metavar="N")
    parser.add_argument("--json", action="store_true", help="unrounded numbers for programs")


def _add_records(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--records", nargs="+", metavar="NAME", help="only these records")
    parser.add_argument("--set", choices=("all", "ds1", "ds2"), default="all")


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError(f"must be 1 or more, not {count}")
    return count


def _records(arguments: argparse.Namespace) -> tuple[Path, tuple[str, ...]]:
    """The data folder and the records chosen, all of them known to be there."""
    from ecg_training.datasets import data_root, mitdb

    root = data_root(arguments.data)
    names = mitdb.choose(arguments.records, arguments.set)
    mitdb.require(root, names)
    return root, names


def _qrs(arguments: argparse.Namespace) -> list[Table]:
    root, names = _records(arguments)
    from ecg_training.evaluate import qrs
    from ecg_training.product import detector_alone, whole_pipeline

    tables: list[Table] = []
    if not arguments.gated:
        tables += qrs.evaluate(root, names, detector_alone, arguments.jobs, "detector alone")
    if not arguments.detector_only:
        tables += qrs.evaluate(root, names, whole_pipeline, arguments.jobs, "whole pipeline")
    return tables[1::2] if arguments.brief else tables


def _hr(arguments: argparse.Namespace) -> list[Table]:
    root, names = _records(arguments)
    from ecg_training.evaluate import hr
    from ecg_training.product import whole_pipeline

    return hr.evaluate(root, names, whole_pipeline, arguments.jobs, "heart rate")


def _af(arguments: argparse.Namespace) -> list[Table]:
    from ecg_training.datasets import cinc2017, data_root, mitdb
    from ecg_training.evaluate import af
    from ecg_training.product import detector_alone, whole_pipeline

    root = data_root(arguments.data)
    detectors = {"ours": detector_alone, "ours, gated": whole_pipeline}
    tables: list[Table] = []
    if "mitdb" in arguments.on:
        mitdb.require(root)
        tables += af.evaluate_mitdb(root, mitdb.ALL, detector_alone, arguments.jobs)
    if "cinc2017" in arguments.on:
        labels = cinc2017.labels(root)
        tables += af.evaluate_cinc2017(root, labels, detectors, arguments.jobs)
    return tables


def _noise(arguments: argparse.Namespace) -> list[Table]:
    if arguments.subset and arguments.records is None:
        arguments.records = list(SUBSET)
    root, names = _records(arguments)
    from ecg_training.evaluate import noise
    from ecg_training.product import detector_alone, whole_pipeline

    stresses = noise.levels(arguments.noise, arguments.snr)
    return noise.evaluate(root, names, detector_alone, whole_pipeline, stresses, arguments.jobs)


if __name__ == "__main__":
    sys.exit(main())
