"""What can be typed after `ecg-device model`."""

import argparse
from pathlib import Path

ABOUT = """\
The networks that name beats: which there are, how good each is, which one is in use. NAME is the
name of a bundle; where one was shipped and another installed under the same name it means the
installed one, and shipped/NAME the other."""

EXAMPLES = """\
examples:
  ecg-device model list
  ecg-device model show aami           what it is for, how good it is, what it is not for
  ecg-device model install my-bundle   copied and tested; then: ecg-device model activate NAME
  ecg-device model rollback            back to the one before

A change reaches a running appliance between two beats."""


def add_model(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = _action(actions, "list", "which bundles there are, * marks the one in use")
    show = _action(actions, "show", "a bundle's card")
    for each in (listing, show):
        each.add_argument("--json", action="store_true", help="for programs")
    show.add_argument("name", metavar="NAME")
    verify = _action(actions, "verify", "test bundles as they are tested before use")
    verify.add_argument(
        "name", metavar="NAME|DIR", nargs="?", help="one of the library or a folder (default: all)"
    )
    install = _action(actions, "install", "copy a bundle into the library, if it is sound")
    install.add_argument("folder", metavar="DIR", type=Path)
    activate = _action(actions, "activate", "use this bundle from now on")
    activate.add_argument("name", metavar="NAME")
    _action(actions, "rollback", "use the bundle before it again")


def _action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=summary, description=summary[0].upper() + summary[1:] + "."
    )
    parser.set_defaults(action=name)
    return parser
