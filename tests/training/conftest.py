"""Bundles for the training side's tests: the device's own, whose model is a formula."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

_FORMULA = Path(__file__).parents[1] / "device" / "classifier" / "conftest.py"


def _bundle(folder: Path, int8: bool) -> Path:
    formula: dict[str, Any] = runpy.run_path(str(_FORMULA))
    content = formula["model_file"](int8=int8)
    card = formula["card_of"](content, int8=int8)
    card["training"] = {"protocol": "inter-patient"}
    (folder / "model.tflite").write_bytes(content)
    (folder / "card.json").write_text(json.dumps(card))
    (folder / "card.md").write_text("# formula\n")
    return folder


@pytest.fixture(scope="session")
def formula_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle in eight bits that answers by arithmetic."""
    pytest.importorskip("ai_edge_litert")
    return _bundle(tmp_path_factory.mktemp("formula"), int8=True)


@pytest.fixture(scope="session")
def formula_bundle_float32(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in float32."""
    pytest.importorskip("ai_edge_litert")
    return _bundle(tmp_path_factory.mktemp("formula32"), int8=False)
