"""What is wrong with a bundle is told in one line, and nothing of it is used."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecg_device import views
from ecg_device.classifier import open_bundle
from ecg_device.errors import ModelError

MakeBundle = Callable[..., Path]


def refusal(folder: Path) -> str:
    with pytest.raises(ModelError) as refused:
        open_bundle(folder)
    line = str(refused.value)
    assert "\n" not in line
    return line


def put(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """A change of one value of the card; `a.b` is inside of `a`."""

    def change(card: dict[str, Any]) -> None:
        *outer, last = key.split(".")
        for name in outer:
            card = card[name]
        card[last] = value

    return change


@pytest.mark.parametrize("int8", [True, False])
def test_a_sound_bundle_opens(make_bundle: MakeBundle, int8: bool) -> None:
    """The card's golden logits are the formula's, and the model's within its tolerance."""
    classifier = open_bundle(make_bundle(int8=int8))
    assert classifier.card.labels == ("N", "S", "V", "F")
    assert classifier.model.quantization == ("int8" if int8 else "float32")


KEYS = (
    "format task name network version inputs features rate_hz window views labels aami "
    "quantization temperature threshold sha256 bytes golden tolerance metrics exporter training "
    "commit limits"
).split()


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_needed(make_bundle: MakeBundle, key: str) -> None:
    """A card without one of its keys is refused by that key's name."""
    folder = make_bundle(change=lambda card: card.pop(key))
    assert f"card.json: {key} is missing" in refusal(folder)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", [None, True, [], "", -1, float("nan")])
def test_no_key_takes_just_anything(make_bundle: MakeBundle, key: str, value: Any) -> None:
    """Another type in place of a value is refused by name, or is a value that may be."""
    folder = make_bundle(change=put(key, value))
    if (key, value) in [("metrics", []), ("network", ""), ("version", ""), ("commit", ""),
                        ("limits", "")]:  # fmt: skip
        assert open_bundle(folder)
    else:
        refusal(folder)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("format", 2, "expected 1; received 2"),
        ("name", "../etc", "up to 40 of a-z, 0-9, - and _; received ../etc"),
        ("name", "A", "received A"),
        ("labels", ["N", "S", "V", "X"], "WFDB beat codes"),
        ("labels", ["N", "S", "V", "V"], "each once"),
        ("labels", ["N", "S", "V"], "a group for each of N S V"),
        ("aami.V", "X", "aami.V is wrong; expected 'N' or 'S' or 'V' or 'F' or 'Q'"),
        ("rate_hz", 250, "expected 360 Hz, 89 samples before R and 170 from it on; received 250"),
        ("window.before", 90, "received 360 Hz, 90 and 170"),
        ("window.after", "170", "window.after is wrong; expected a whole number"),
        ("inputs.window", [1, 260, 1], "expected 260 numbers; received 259 values"),
        ("inputs.window", [1, 0, 1], "inputs.window is wrong"),
        ("inputs.window", [1, 2**70, 1], "golden[0].window is wrong"),
        ("inputs.extra", [1], "window, or window and context"),
        ("features", ["one"], "other features of the context"),
        ("quantization", "float32", "the quantization does not fit"),
        ("quantization", "dynamic", "expected 'int8' or 'float32'"),
        ("temperature", 0, "a number from 0.01 to 100"),
        ("threshold", 1.0, "a number from 0 to 0.999"),
        ("bytes", 17, "expected 17 bytes, as the card says"),
        ("sha256", "0" * 64, "expected SHA-256 0000"),
        ("golden", [], "one example or more"),
        ("cam", [[1.0, 2.0]], "cam.0 is wrong; expected 4 numbers; received 2 values"),
        ("cam", [[0.0] * 4], "the features of the map do not fit; expected 1; received None"),
        ("tolerance", 1e400, "tolerance is wrong"),
    ],
)
def test_a_wrong_value_is_named(make_bundle: MakeBundle, key: str, value: Any, told: str) -> None:
    """The line names the key, what may stand there and what does."""
    assert told in refusal(make_bundle(change=put(key, value)))


def test_another_version_of_the_views_is_refused(make_bundle: MakeBundle) -> None:
    """A model trained on other filters is never run: the line says for which, and what to do."""
    line = refusal(make_bundle(change=put("views", views.VERSION + 1)))
    assert f"made for views {views.VERSION + 1}, this software has {views.VERSION}" in line
    assert "export it anew" in line


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "is no JSON"), (b"{", "is no JSON"), (b"[" * 100_000, "is no JSON"),
     (b"\xff\xfe", "is no JSON"), (b"[]", "is no card"), (b"7", "is no card")],
)  # fmt: skip
def test_a_card_that_is_no_json(make_bundle: MakeBundle, content: bytes, told: str) -> None:
    """Whatever lies where the card should be, the answer is a line."""
    folder = make_bundle()
    (folder / "card.json").write_bytes(content)
    assert told in refusal(folder)


@pytest.mark.parametrize("name", ["card.json", "model.tflite"])
def test_a_file_that_is_not_there(make_bundle: MakeBundle, name: str) -> None:
    """The missing file is named."""
    folder = make_bundle()
    (folder / name).unlink()
    assert f"{name}: cannot be read; received No such file" in refusal(folder)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_truncated_model(make_bundle: MakeBundle, share: float) -> None:
    """A copy cut short is found by its length before anything reads it."""
    folder = make_bundle()
    content = (folder / "model.tflite").read_bytes()
    (folder / "model.tflite").write_bytes(content[: int(share * len(content))])
    assert f"expected {len(content)} bytes" in refusal(folder)


def test_a_model_with_one_bit_flipped(make_bundle: MakeBundle) -> None:
    """A single wrong bit on the card's disk is found by the hash."""
    folder = make_bundle()
    content = bytearray((folder / "model.tflite").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.tflite").write_bytes(content)
    assert f"received {hashlib.sha256(content).hexdigest()}" in refusal(folder)


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        ({"length": 300}, "the inputs do not fit"),
        ({"k": len(views.FEATURES) + 1}, "the inputs do not fit"),
        ({"labels": 3}, "the outputs do not fit"),
        ({"int8": False}, "the quantization does not fit; expected int8; received float32"),
    ],
)
def test_a_model_of_other_shapes(
    make_bundle: MakeBundle,
    write_model: Callable[..., bytes],
    shapes: dict[str, Any],
    told: str,
) -> None:
    """The signature is compared with the card before the model is run."""
    assert told in refusal(make_bundle(model=write_model(**shapes)))


def test_a_model_that_answers_otherwise(make_bundle: MakeBundle) -> None:
    """A golden logit that is one off is more than the tolerance of a quarter."""

    def shift(card: dict[str, Any]) -> None:
        card["golden"][1]["logits"][2] += 1

    line = refusal(make_bundle(change=shift))
    assert "expected logits within 0.25 of the golden ones" in line


def test_labels_in_another_order(make_bundle: MakeBundle) -> None:
    """Where a golden example tells its label, labels that were exchanged are refused."""

    def exchange(card: dict[str, Any]) -> None:
        for example in card["golden"]:
            likeliest = max(range(len(example["logits"])), key=example["logits"].__getitem__)
            example["label"] = card["labels"][likeliest]
        card["labels"] = card["labels"][::-1]

    assert "label is wrong" in refusal(make_bundle(change=exchange))


def test_a_model_that_gives_no_number(
    make_bundle: MakeBundle, write_model: Callable[..., bytes]
) -> None:
    """The root of golden examples below zero is no number, and no bundle's answer."""
    folder = make_bundle(model=write_model(int8=False, root=True), int8=False)
    assert "gave what is no number" in refusal(folder)


def test_garbage_with_the_right_hash(make_bundle: MakeBundle) -> None:
    """What the card vouches for is still looked at before a runtime reads it."""
    assert "is no TensorFlow Lite model" in refusal(make_bundle(model=b"garbage" * 100))
    line = refusal(make_bundle("other", model=b"\x1c\0\0\0TFL3" + b"\x55" * 500))
    assert "cannot be loaded" in line


def test_a_bundle_without_context(make_bundle: MakeBundle) -> None:
    """A card that names no context does not fit a model that takes one."""

    def forget(card: dict[str, Any]) -> None:
        del card["inputs"]["context"], card["features"]

    assert "the inputs do not fit" in refusal(make_bundle(change=forget))


def test_a_card_is_read_as_it_is_written(make_bundle: MakeBundle) -> None:
    """Every number of the file is in the card."""
    folder = make_bundle()
    written = json.loads((folder / "card.json").read_text())
    card = open_bundle(folder).card
    assert [golden.window.tolist() for golden in card.golden] == [
        golden["window"] for golden in written["golden"]
    ]
    assert [(m.metric, m.value, m.low, m.high) for m in card.metrics] == [("accuracy", 1, 0.9, 1)]
    assert (card.before, card.after, card.rate_hz) == (89, 170, 360)
