"""Another model is activated while the appliance runs: taken over soon, without losing a sample."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from ecg_device.bench import figures
from ecg_device.bench.appliance import Appliance
from ecg_device.bench.viewer import Viewer

Start = Callable[..., Appliance]
SOON_S = 10.0  # on a busy machine; it looks once a second
SHIPPED = Path(__file__).parents[2] / "models"


def model(appliance: Appliance, *arguments: str) -> None:
    """`ecg-device model ...` as somebody types it beside the running appliance."""
    state = {**os.environ, "ECG_DEVICE_STATE": str(appliance.folder / "state")}
    command = [sys.executable, "-m", "ecg_device", "model", *arguments]
    subprocess.run(command, env=state, check=True, capture_output=True)


def in_use(viewer: Viewer) -> str:
    states = viewer.values("state")
    return str(states[-1]["model"]) if states else ""


def complaints(viewer: Viewer) -> list[str]:
    reasons: list[dict[str, Any]] = viewer.values("state")[-1]["health"]["reasons"]
    return [reason["component"] for reason in reasons]


def test_another_model_names_the_beats_from_then_on(start: Start, evidence: Callable) -> None:
    """The page names it, the session notes it, beats bear its names, and no sample is missing."""
    appliance = start()
    viewer = Viewer(appliance.page)
    appliance.until(lambda: in_use(viewer).startswith("aami "), "the shipped model")
    model(appliance, "activate", "six")
    appliance.until(lambda: in_use(viewer).startswith("six "), "the other model", SOON_S)
    seen = len(viewer.values("batch"))
    appliance.until(
        lambda: any(batch["beats"] for batch in viewer.values("batch")[seen + 12 :]), "a beat"
    )
    viewer.close()
    received = figures.batches(viewer.messages)
    assert all(after.start == before.stop for before, after in pairwise(received))
    assert figures.sampling(received).missing == 0
    named = [beat for batch in viewer.values("batch")[seen + 12 :] for beat in batch["beats"]]
    assert all(beat["confidence"] is not None for beat in named)
    assert appliance.stop() <= 2.0 and appliance.complaints == ""
    kept = evidence(appliance.data)
    assert len({stamp.session for stamp in kept.stamps}) == 1
    assert [text for kind, text in kept.events if kind == "model"] == [
        f"beats named by {in_use(viewer)}"
    ]


def test_a_damaged_model_is_refused_and_the_old_one_stays(start: Start) -> None:
    """It is told as a complaint of the model; with the old one chosen again the complaint ends."""
    appliance = start()
    viewer = Viewer(appliance.page)
    appliance.until(lambda: in_use(viewer).startswith("aami "), "the shipped model")
    broken = appliance.folder / "broken"
    shutil.copytree(SHIPPED / "six", broken)
    model(appliance, "install", str(broken))
    (installed,) = (appliance.folder / "state" / "models" / "versions").glob("*/model.tflite")
    whole = installed.read_bytes()
    installed.chmod(0o644)
    model(appliance, "activate", f"versions/{installed.parent.name}")
    appliance.until(lambda: in_use(viewer).startswith("six "), "the installed model", SOON_S)
    model(appliance, "activate", "aami")
    appliance.until(lambda: in_use(viewer).startswith("aami "), "the shipped model", SOON_S)
    installed.write_bytes(whole[: len(whole) // 2])
    state = appliance.folder / "state" / "models" / "active.json"
    state.write_text(f'{{"active": "versions/{installed.parent.name}", "previous": null}}')
    appliance.until(lambda: complaints(viewer) == ["model"], "a complaint", SOON_S)
    assert in_use(viewer).startswith("aami ")
    assert "model: " in appliance.complaints
    model(appliance, "activate", "aami")
    appliance.until(lambda: complaints(viewer) == [], "an end of the complaint", SOON_S)
    seen = len(viewer.values("batch"))
    appliance.until(
        lambda: any(b["beats"] for b in viewer.values("batch")[seen:]), "a beat of the old model"
    )
    viewer.close()
    received = figures.batches(viewer.messages)
    assert all(after.start == before.stop for before, after in pairwise(received))
    assert appliance.stop() <= 2.0 and appliance.process.returncode == 0
