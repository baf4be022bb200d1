"""What can be typed after `ecg-device`, and the help that teaches it."""

import argparse
from pathlib import Path

from ecg_device import __version__
from ecg_device.analysis.naming import shared_names
from ecg_device.cli import (
    bench_arguments,
    export_arguments,
    model_arguments,
    numbers,
    record_arguments,
    sessions_arguments,
)
from ecg_device.cli.signal_arguments import add_config_file, add_model, add_signal

_ABOUT = """\
An open ECG appliance: it finds the beats, names the rhythm, or says why it cannot.
Not a medical device."""

_START = """\
to begin:
  ecg-device run                   watch a simulated heart
  ecg-device scenarios             what else the simulated heart can do
  ecg-device analyze mitdb/100     a recording: 100.ecgd and 100.json come into this folder"""

_RUN = """\
The appliance: it watches a heart, keeps what it sees, and shows it on a page whose address it
prints; and as text, a line for each beat, for each change of the signal's state and for each
change of rhythm, with what speaks for it. Ctrl-C stops with a summary."""

_RUN_EXAMPLES = """\
examples:
  ecg-device run
  ecg-device run --source replay:mitdb/203 --speed 10
  ecg-device run --host 0.0.0.0 --port 8443      seen by other machines: anyone who can reach it
  ecg-device run --scenario mine.toml --speed 0 --seconds 3600 --port none --data none"""

_ANALYZE = """\
Find the beats and rhythms in recordings. Of each RECORD come
  NAME.ecgd   a WFDB annotation file in the record's own sample numbers: each beat at its R,
              rhythm changes as +, changes of signal quality as ~
  NAME.json   heart rate, counts, rhythm episodes, how much of the signal could be used
and a row of a table. Older files of these names are replaced, but only by a finished result."""

_ANALYZE_EXAMPLES = """\
examples:
  ecg-device analyze mitdb/100 mitdb/101 --out results --jobs 2
  ecg-device analyze night.edf --lead II --json
  ecg-device analyze counts.csv --adc-bits 12 --vref 3.3

Exit status: 0 all analysed; 1 some failed, a line each on stderr; 2 wrong usage."""

_CONFIG = """\
Print the settings that `run` would use, and where each comes from. A TOML file sets them; the
first one found is read: --config, $ECG_DEVICE_CONFIG, ~/.config/ecg-device/config.toml,
/etc/ecg-device/config.toml. Options of `run` go before the file."""


_FURTHER = (
    ("record", "take one ECG of 10 or 30 s", record_arguments, record_arguments.add_record),
    ("sessions", "what was kept", sessions_arguments, sessions_arguments.add_sessions),
    ("export", "a session as a file", export_arguments, export_arguments.add_export),
    ("model", "the networks that name beats", model_arguments, model_arguments.add_model),
    (
        "bench",
        "what the appliance takes of this machine",
        bench_arguments,
        bench_arguments.add_bench,
    ),
)


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "ecg-device",
        description=_ABOUT,
        epilog=_START,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"ecg-device {__version__}")
    commands = parser.add_subparsers(title="commands", required=True)
    _add_run(_command(commands, "run", "watch a heart live", _RUN, _RUN_EXAMPLES))
    _add_analyze(
        _command(commands, "analyze", "find the beats in recordings", _ANALYZE, _ANALYZE_EXAMPLES)
    )
    for name, summary, module, add in _FURTHER:
        add(_command(commands, name, summary, module.ABOUT, module.EXAMPLES))
    listing = "list what the synthetic source can play"
    _command(commands, "scenarios", listing, listing.capitalize() + ".")
    add_config_file(_command(commands, "config", "print the effective settings", _CONFIG))
    return parser


def parse(argv: list[str] | None) -> argparse.Namespace:
    """The arguments, checked as far as they can be without reading a file; or exit 2."""
    arguments = build_parser().parse_args(argv)
    if arguments.command == "analyze":
        _check_analyze(arguments)
    return arguments


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    summary: str,
    about: str,
    examples: str | None = None,
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=summary,
        description=about,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=name, refuse=parser.error)
    return parser


def _add_run(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add_signal(parser)
    add(
        "--seconds", type=numbers.duration, metavar="N", help="stop after so many seconds of signal"
    )
    add("--host", metavar="H", help="where the page listens (default: 127.0.0.1, this machine)")
    add("--port", type=numbers.port, metavar="P", help="its port; 0: any free one; none: no page")
    add("--data", metavar="DIR", help="where signals are kept; none: nowhere")
    add("--quiet", action="store_true", help="no line for each beat")
    add_model(parser)
    add_config_file(parser)


def _add_analyze(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "records",
        nargs="+",
        metavar="RECORD",
        help="a WFDB record (path without extension), an .edf or a .csv file",
    )
    add("--lead", metavar="N", help="number (from 0) or name of the lead (default: the ECG)")
    add("--out", type=Path, default=Path(), metavar="DIR", help="folder for results (default: .)")
    add("--jobs", type=numbers.count, metavar="N", help="records at a time (default: one a CPU)")
    add_model(parser)
    add("--json", action="store_true", help="print the reports as a JSON list, not as a table")
    add(
        "--adc-bits",
        type=numbers.bits,
        metavar="N",
        help="a CSV file holds counts of so many bits ...",
    )
    add(
        "--vref",
        type=numbers.volts,
        metavar="V",
        help="... of a converter with this reference voltage",
    )


def _check_analyze(arguments: argparse.Namespace) -> None:
    if (arguments.adc_bits is None) != (arguments.vref is None):
        arguments.refuse("--adc-bits and --vref go together: give both or none")
    for name, records in shared_names(arguments.records).items():
        arguments.refuse(
            f"{' and '.join(records)} would both write {name}.ecgd and {name}.json: "
            "analyze them in separate runs, each with its own --out"
        )
