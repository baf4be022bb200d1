"""card.md: a card as a person reads it. Made from card.json alone, so that the two agree."""

from collections.abc import Iterable

from ecg_device.classifier.card import Card, Metric

WORDS = {
    "N": "normal, or no worse than a bundle branch block where that has no label of its own",
    "L": "left bundle branch block",
    "R": "right bundle branch block",
    "A": "atrial premature",
    "S": "supraventricular: premature or ectopic",
    "V": "ventricular: premature or escape",
    "F": "a ventricular and a normal beat in one",
    "/": "paced",
    "Q": "none that can be told",
}
_PLAIN_N = "normal"


def card_text(card: Card) -> str:
    """The whole page."""
    parts = [f"# {card.name}", _purpose(card), *_table_of_labels(card), *_facts(card)]
    parts += ["## How good", *_metrics(card.metrics), "## How it came about", *_training(card)]
    parts += ["## Limits", card.limits]
    return "\n\n".join(parts) + "\n"


def _purpose(card: Card) -> str:
    return (
        "Names single heartbeats of one ECG lead, from the waveform around R"
        + (" and the beats before it" if "context" in card.inputs else "")
        + f", as one of {len(card.labels)} labels. A beat whose likeliest label has a probability "
        f"below {card.threshold:g} is `Q`, unknown. Not a medical device."
    )


def _table_of_labels(card: Card) -> list[str]:
    words = WORDS | ({"N": _PLAIN_N} if {"L", "R"} & set(card.labels) else {})
    rows = [f"| `{label}` | {words.get(label, '')} | {card.aami[label]} |" for label in card.labels]
    return ["\n".join(["| label | a beat that is | AAMI |", "|---|---|---|", *rows])]


def _facts(card: Card) -> list[str]:
    samples = card.before + card.after
    return [
        "\n".join(
            [
                f"- Network `{card.network}`, {card.quantization}, {card.bytes / 1024:.1f} KB, "
                f"for views {card.views}: {samples} samples at {card.rate_hz} Hz.",
                f"- Probabilities are the softmax of the logits over {card.temperature:.3f}.",
                f"- {len(card.golden)} golden beats; logits within {card.tolerance:.3g}.",
                f"- SHA-256 of the model: `{card.sha256}`.",
                f"- Made with {_pairs(card.exporter)}.",
            ]
        )
    ]


def _metrics(metrics: Iterable[Metric]) -> list[str]:
    rows = [
        f"| {m.protocol} | {m.condition} | {m.metric} | {m.value:.3f} | {_interval(m)} |"
        for m in metrics
    ]
    if not rows:
        return ["Not measured yet: see `training/README.md` for the commands that do."]
    commands = dict.fromkeys(m.command for m in metrics)
    head = ["| protocol | condition | metric | value | 95 % interval |", "|---|---|---|---:|---|"]
    told = [f"    {command}" for command in commands]
    return [
        "\n".join([*head, *rows]),
        "Intervals are by bootstrap over patients. By the commands:",
        "\n".join(told),
    ]


def _interval(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return "-"
    return f"{metric.low:.3f} to {metric.high:.3f}"


def _training(card: Card) -> list[str]:
    told = card.training
    split = told.get("split", {})
    parts = [f"- {part}: {' '.join(records) or 'nobody'}" for part, records in split.items()]
    return [
        f"Protocol `{told.get('protocol')}`, seeds {told.get('seeds')}, at most "
        f"{told.get('epochs')} epochs, from commit `{card.commit}`, by",
        f"    {told.get('command')}",
        f"on {told.get('data')}:",
        "\n".join(parts),
    ]


def _pairs(values: object) -> str:
    if not isinstance(values, dict):
        return str(values)
    return ", ".join(f"{key} {value}" for key, value in values.items())
