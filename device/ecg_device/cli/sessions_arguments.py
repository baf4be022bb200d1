"""What can be typed after `ecg-device sessions`."""

import argparse

from ecg_device.cli import numbers
from ecg_device.cli.signal_arguments import add_kept

ABOUT = """\
The sessions that `ecg-device run` kept: a list of them, all that is known of one, or delete one. An
appliance may go on recording meanwhile; deleting, though, is then done on its page."""

EXAMPLES = """\
examples:
  ecg-device sessions                  the newest 20
  ecg-device sessions list --json --limit 1000
  ecg-device sessions show 12
  ecg-device sessions delete 12        asks first; --yes does not

Exit status: 0; 1 nothing was done, a line on stderr says why; 2 wrong usage."""

LIMIT = 20


def add_sessions(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(action="list")
    _add_list(parser)
    add_kept(parser)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    _add_list(_action(actions, "list", "the newest first (also without an action)"), again=True)
    show = _action(actions, "show", "all that is known of a session")
    _add_json(show, again=True)
    delete = _action(actions, "delete", "delete a session for good; ECGs taken in it stay")
    delete.add_argument("--yes", action="store_true", help="do not ask")
    for each in (show, delete):
        each.add_argument(
            "session", metavar="ID", type=numbers.session_number, help="the number of the session"
        )


def _action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=summary, description=summary[0].upper() + summary[1:] + "."
    )
    parser.set_defaults(action=name)
    add_kept(parser, default=argparse.SUPPRESS)
    return parser


def _add_list(parser: argparse.ArgumentParser, *, again: bool = False) -> None:
    _add_json(parser, again=again)
    parser.add_argument(
        "--limit",
        type=numbers.count,
        default=argparse.SUPPRESS if again else LIMIT,
        metavar="N",
        help=f"so many of them ({LIMIT})",
    )


def _add_json(parser: argparse.ArgumentParser, *, again: bool) -> None:
    """An option of an action leaves alone what was typed before the action."""
    default = argparse.SUPPRESS if again else False
    parser.add_argument("--json", action="store_true", default=default, help="for programs")
