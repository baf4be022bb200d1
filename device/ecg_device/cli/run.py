"""`ecg-device run`: the appliance on a terminal."""

import argparse
import io
import sys
from contextlib import closing

from ecg_device import config
from ecg_device.cli.failures import complain
from ecg_device.cli.stopping import stop_requests
from ecg_device.config import Config
from ecg_device.errors import ModelError


def run(arguments: argparse.Namespace) -> int:
    """Print what happens until the signal ends or a signal says stop."""
    settings = _settings(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # live through a pipe as well
    with stop_requests() as stopped:
        from ecg_device import daemon  # imported here: loading takes a second in which to stop
        from ecg_device.analysis.tally import Tally
        from ecg_device.cli.live import LiveText

        source = daemon.open_source(settings)
        with closing(daemon.ModelInUse(settings.model, refused=_tell)) as model:
            text, tally = LiveText(source.info, model.called), Tally()
            print(text.opening())
            events = daemon.live_events(
                source,
                tally,
                model,
                speed=settings.speed,
                seconds=arguments.seconds,
                stopped=stopped,
            )
            for line in text.lines(events):
                print(line)
        for line in text.summary(tally):
            print(line)
    return 0


def _tell(error: ModelError) -> None:
    """A model that cannot be used is no reason to stop watching a heart."""
    complain(str(error))


def _settings(arguments: argparse.Namespace) -> Config:
    given = {name: getattr(arguments, name) for name in config.SETTINGS}
    options = {name: value for name, value in given.items() if value is not None}
    return config.override(config.load(arguments.config), options, origin="the command line")
