"""The runtime at hand, and the other one: right answers, quiet, and no crash on a bad file."""

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ecg_device import runtime
from ecg_device.errors import ModelError
from ecg_device.runtime import Model

WriteModel = Callable[..., bytes]
DEVICE = Path(runtime.__file__).parents[1]


def ask(python: str | Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code that can import the device in another Python."""
    return subprocess.run(
        [python, "-W", "error", "-c", code, *arguments],
        env=os.environ | {"PYTHONPATH": str(DEVICE)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def spoiled(content: bytes, seed: int) -> bytes:
    """The file cut short, or with one to ten bits flipped behind its identifier."""
    chance = random.Random(seed)
    if seed % 3 == 0:
        return content[: chance.randrange(8, len(content))]
    flipped = bytearray(content)
    for _ in range(chance.choice([1, 3, 10])):
        flipped[chance.randrange(8, len(content))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


TRY_ALL = """
import sys
from pathlib import Path
from ecg_device.errors import ModelError
from ecg_device.runtime import Model
refused = 0
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        model = Model(path)
        import numpy as np
        model.run({name: np.zeros(t.shape) for name, t in model.inputs.items()})
    except ModelError as error:
        assert "\\n" not in str(error)
        refused += 1
print(refused)
"""


@pytest.mark.parametrize("int8", [True, False])
def test_bad_files_never_end_the_process(
    write_model: WriteModel, tmp_path: Path, int8: bool
) -> None:
    """Of two hundred spoiled models each runs or is refused in a line; none ends the process."""
    content = write_model(int8=int8)
    for seed in range(200):
        (tmp_path / f"{seed:03}.tflite").write_bytes(spoiled(content, seed))
    done = ask(sys.executable, TRY_ALL, str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 67  # all of those cut short


@pytest.mark.slow
def test_bad_files_never_end_the_process_with_tflite_runtime(
    tmp_path: Path, tflite_python: Path
) -> None:
    """Noise behind a model's identifier ends this runtime's process: not the one that asks."""
    for seed in range(10):
        noise = b"\x1c\0\0\0TFL3" + random.Random(seed).randbytes(3000)
        (tmp_path / f"{seed}.tflite").write_bytes(noise)
    done = ask(tflite_python, TRY_ALL, str(tmp_path))
    assert (done.returncode, done.stdout) == (0, "10\n"), done.stderr


def test_nothing_is_said_on_stderr(write_model: WriteModel, tmp_path: Path) -> None:
    """The runtimes' greetings stay out of what a user reads."""
    path = tmp_path / "model.tflite"
    path.write_bytes(write_model())
    code = "import sys; from pathlib import Path; from ecg_device.runtime import Model; "
    done = ask(sys.executable, code + "print(Model(Path(sys.argv[1])).quantization)", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "int8\n", "")


def test_what_else_is_said_on_stderr_passes(capfd: pytest.CaptureFixture[str]) -> None:
    """Only greetings are kept back, not a warning that a library writes meanwhile."""
    with runtime._without_chatter():
        os.write(2, b"INFO: Created a delegate.\nsomething is wrong\n")
    assert capfd.readouterr().err == "something is wrong\n"


def test_a_closed_stderr_is_no_hindrance(write_model: WriteModel, tmp_path: Path) -> None:
    """Started with `2>&-`, a model is loaded all the same."""
    path = tmp_path / "model.tflite"
    path.write_bytes(write_model())
    code = (
        "import os, sys; os.close(2)\n"
        "from pathlib import Path\n"
        "from ecg_device.runtime import Model\n"
        "print(Model(Path(sys.argv[1])).quantization)\n"
    )
    assert ask(sys.executable, code, str(path)).stdout == "int8\n"


def test_no_room_for_temporary_files_is_no_hindrance(
    write_model: WriteModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the folder for them gone the model loads; the runtime's greeting is all that shows."""
    path = tmp_path / "model.tflite"
    path.write_bytes(write_model())
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert set(Model(path, trusted=True).outputs) >= {"logits"}


def test_without_a_runtime_the_line_says_what_to_install() -> None:
    """No runtime is an error with a remedy, only when a model is wanted."""
    code = (
        "import sys\n"
        "sys.modules['ai_edge_litert'] = sys.modules['tflite_runtime'] = None\n"
        "from ecg_device import classifier, runtime\n"
        "try: runtime.runtime_name()\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    done = ask(sys.executable, code)
    assert done.stdout.startswith("ModelError no TensorFlow Lite runtime is installed")
    assert "pip install ai-edge-litert" in done.stdout


def test_the_runtime_is_not_loaded_before_it_is_needed() -> None:
    """Whoever imports the classifier pays for no runtime yet."""
    code = (
        "import sys, ecg_device.classifier\n"
        "print(sorted({'ai_edge_litert', 'tflite_runtime', 'scipy'} & set(sys.modules)))\n"
    )
    assert ask(sys.executable, code).stdout == "[]\n"


def test_inputs_go_by_name(write_model: WriteModel) -> None:
    """A wrong name or shape is refused, not guessed."""
    model = Model(write_model())
    shapes = {name: tensor.shape for name, tensor in model.inputs.items()}
    good = {name: np.zeros(shape) for name, shape in shapes.items()}
    assert model.run(good)["logits"].tolist() == [[0, 0, 0, 0]]
    with pytest.raises(ModelError, match="expected the inputs context window; received window"):
        model.run({"window": good["window"]})
    with pytest.raises(ModelError, match="cannot be run"):
        model.run(good | {"window": np.zeros((1, 260, 1))})


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """The line names it."""
    with pytest.raises(ModelError, match=r"none\.tflite: cannot be read"):
        Model(tmp_path / "none.tflite")
