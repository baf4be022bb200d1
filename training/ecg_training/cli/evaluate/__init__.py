"""`ecg-train evaluate QUESTION`: how good the appliance is, on real records. One module each."""

from ecg_training.cli import options
from ecg_training.cli.evaluate import (
    af,
    baseline,
    beats,
    calibration,
    hr,
    noise,
    predictions,
    qrs,
    quantization,
)

QUESTIONS = (qrs, hr, af, noise, beats, predictions, baseline, calibration, quantization)


def add(commands: options.Subparsers) -> None:
    """Register the command and its questions."""
    evaluate = commands.add_parser("evaluate", help="how good the appliance is, on real records")
    questions = evaluate.add_subparsers(required=True, metavar="QUESTION")
    for question in QUESTIONS:
        question.add(questions)
