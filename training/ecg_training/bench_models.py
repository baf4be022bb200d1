"""Bundles in three runtimes, and what a beat costs the appliance. Called by `tools/bench-models`.

Every model is loaded by a process of its own in each runtime, and the processes are asked in turn
for a hundred beats, round after round, so that whatever else the machine does hits all alike. Told
is the median over the rounds, on one thread, a beat at a time as on the device. ONNX Runtime gets
the bundle's own model, converted by tf2onnx; tflite-runtime runs in the environment that
ECG_TFLITE_PYTHON names.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from ecg_device.errors import ConfigError, EcgDeviceError
from ecg_training.bench_pipeline import pipeline_costs
from ecg_training.evaluate.bundles import card_of, find
from ecg_training.tables import Column, Row, Table

_ROUNDS, _BEATS = 30, 100
_TFLITE = "ECG_TFLITE_PYTHON"

_COLUMNS = (
    Column("bundle", "bundle"),
    Column("kind", "made of"),
    Column("kb", "KB", ".1f"),
    Column("partitions", "XNNPACK partitions", "d"),
    Column("litert", "LiteRT ms", ".3f"),
    Column("tflite", "tflite-runtime ms", ".3f"),
    Column("tflite_ratio", "/ LiteRT", ".1f"),
    Column("onnx", "ONNX Runtime ms", ".3f"),
    Column("onnx_ratio", "/ LiteRT", ".1f"),
)


@dataclass(slots=True)
class Worker:
    """A process that times one model in one runtime."""

    process: subprocess.Popen[str]
    runtime: str = ""
    seconds: list[float] = field(default_factory=list)  # a beat, by round

    def ask(self) -> None:
        """Let it run a round."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{_BEATS}\n")
        self.process.stdin.flush()
        self.seconds.append(float(self.answer()) / _BEATS)

    def answer(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise ConfigError(
                "a runtime could not be timed",
                expected="an answer",
                received=f"its end, status {self.process.wait()}; it says why above",
            )
        return line.strip()

    @property
    def milliseconds(self) -> float:
        return 1000 * median(self.seconds)


@contextmanager
def worker(python: str, kind: str, model: Path) -> Iterator[Worker]:
    """A worker that has its model loaded; ended whatever happens."""
    command = [python, "-m", "ecg_training.bench_worker", kind, str(model)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment()
    ) as process:
        try:
            started = Worker(process)
            started.runtime = started.answer()
            yield started
        finally:
            process.kill()


def _environment() -> dict[str, str]:
    """This code for every Python that is called, and one thread for whatever it loads."""
    import ecg_device
    import ecg_training

    folders = [str(Path(package.__path__[0]).parent) for package in (ecg_device, ecg_training)]
    return os.environ | {"PYTHONPATH": os.pathsep.join(folders), "OMP_NUM_THREADS": "1"}


def compare(bundles: Sequence[Path], rounds: int = _ROUNDS) -> Table:
    """Every bundle in every runtime that is there, in turn."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        workers = {
            (bundle, runtime): stack.enter_context(worker(python, kind, model))
            for bundle in bundles
            for runtime, python, kind, model in _contenders(bundle, scratch)
        }
        for _ in range(rounds):
            for each in workers.values():
                each.ask()
    names = sorted({each.runtime for each in workers.values()})
    rows = [_row(b, {r: w for (of, r), w in workers.items() if of == b}) for b in bundles]
    title = f"a beat in {', '.join(names)}; one thread of {platform.machine()}, median of {rounds}"
    return Table(title, _COLUMNS, rows)


def _contenders(bundle: Path, scratch: Path) -> Iterator[tuple[str, str, str, Path]]:
    """Runtime, the Python that has it, how it is called, its model file."""
    model = bundle / "model.tflite"
    yield "litert", sys.executable, "device", model
    if tflite := os.environ.get(_TFLITE):
        yield "tflite", tflite, "device", model
    target = scratch / f"{len([*scratch.iterdir()])}.onnx"
    yield "onnx", sys.executable, "onnx", _converted(model, target)


def _converted(model: Path, to: Path) -> Path:
    """The same model for ONNX Runtime; tf2onnx brings TensorFlow along, so not in this process."""
    command = [sys.executable, "-m", "tf2onnx.convert", "--opset", "18"]
    done = subprocess.run(
        [*command, "--tflite", str(model), "--output", str(to)],
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise ConfigError(
            f"{model} cannot be converted for ONNX Runtime",
            received=(done.stderr.strip().splitlines() or ["nothing"])[-1],
            remedy="install the dependency group bench beside the extra train",
        )
    return to


def partitions(model: Path) -> int:
    """Into how many pieces XNNPACK took the model: one is best."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(model), num_threads=1)
    interpreter.allocate_tensors()
    return sum(step["op_name"] == "DELEGATE" for step in interpreter._get_ops_details())


def _row(bundle: Path, workers: dict[str, Worker]) -> Row:
    card = card_of(bundle)
    told = {runtime: each.milliseconds for runtime, each in workers.items()}
    ratios = {f"{runtime}_ratio": ms / told["litert"] for runtime, ms in told.items()}
    return {
        "bundle": card.name,
        "kind": f"{card.network}, {card.quantization}",
        "kb": card.bytes / 1024,
        "partitions": partitions(bundle / "model.tflite"),
        **told,
        **ratios,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the command line, measure, print the tables."""
    parser = argparse.ArgumentParser(
        prog="bench-models", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("bundles", nargs="*", default=["aami", "six"], metavar="NAME|DIR")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, metavar="N")
    chosen = parser.parse_args(arguments)
    try:
        folders = [find(name) for name in chosen.bundles]
        tables = [compare(folders, chosen.rounds), pipeline_costs(folders)]
    except EcgDeviceError as error:
        print(f"bench-models: {error}", file=sys.stderr)
        return 1
    print("\n\n".join(table.markdown() for table in tables))
    return 0


if __name__ == "__main__":
    sys.exit(main())
