"""What is shipped: the wheel's content, and that it works where nothing else is installed."""

import importlib.metadata
import os
import subprocess
import sys
import venv
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPO = Path(__file__).parents[1]
PACKAGES = {
    "ecg_device": REPO / "device" / "ecg_device",
    "ecg_training": REPO / "training" / "ecg_training",
    "ecg_device/models": REPO / "models",
}
RUNTIME = {"numpy", "scipy"}  # loaded by the device's modules
PAGE = {"flask", "cheroot"}  # likewise, with what they require
TFLITE = {"ai-edge-litert", "tflite-runtime"}  # one or the other; loaded with a network


def run(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command away from the checkout, and without what would let it see the checkout."""
    hidden = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return subprocess.run(
        command, cwd="/", env=kept | variables, capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as anyone who installs the package gets it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, cwd=REPO, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment that holds the wheel and what it requires, and nothing more."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    place = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    for library in required_by("ecg-device"):
        link_library(library, Path(place.stdout.strip()))
    install = ["install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    done = run(sys.executable, "-m", "pip", "--python", python, *install)
    assert done.returncode == 0, done.stderr
    return folder / "bin"


def required_by(distribution: str) -> set[str]:
    """The distributions that this one requires on this machine, and those that they require."""
    found: set[str] = set()
    waiting = [distribution]
    while waiting:
        for line in importlib.metadata.requires(waiting.pop()) or []:
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                name = canonicalize_name(requirement.name)
                waiting += {name} - found
                found.add(name)
    return found


def link_library(library: str, into: Path) -> None:
    """Lend a library that is installed here: what its distribution owns, nothing beside it."""
    distribution = importlib.metadata.distribution(library)
    for top in owned_by(library):
        (into / top).symlink_to(Path(str(distribution.locate_file(top))))


def owned_by(library: str) -> set[str]:
    """What a library puts beside others: its packages, and what is known of it."""
    files = importlib.metadata.distribution(library).files or []
    return {file.parts[0] for file in files} - {"..", "__pycache__"}


def test_wheel_holds_the_packages_whole(wheel: Path) -> None:
    """Every file of both packages and the models is in the wheel, and besides only metadata."""
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name}
    present = {
        f"{package}/{path.relative_to(root)}"
        for package, root in PACKAGES.items()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped == present
    assert {"ecg_device/py.typed", "ecg_training/py.typed"} <= shipped


def test_wheel_holds_no_recordings(wheel: Path) -> None:
    """The wheel stays small: no recording of a patient is in it."""
    with zipfile.ZipFile(wheel) as archive:
        endings = {Path(name).suffix for name in archive.namelist()}
    assert not endings & {".dat", ".hea", ".atr", ".mat", ".edf", ".xz"}
    assert wheel.stat().st_size < 1_000_000


def test_wheel_asks_for_little(metadata: Message) -> None:
    """Whoever installs the appliance gets five libraries with it; the rest is in extras."""
    required = [Requirement(line) for line in metadata.get_all("Requires-Dist") or []]
    always = {line.name for line in required if "extra ==" not in str(line.marker)}
    assert always == RUNTIME | PAGE | TFLITE
    assert {"tensorflow", "keras"} <= {line.name for line in required} - always


PLATFORMS = {  # machine, system, Python: what names the beats there, by the publishers' wheels
    ("x86_64", "linux", "3.11"): "ai-edge-litert",
    ("aarch64", "linux", "3.11"): "ai-edge-litert",
    ("aarch64", "linux", "3.13"): "ai-edge-litert",
    ("arm64", "darwin", "3.12"): "ai-edge-litert",
    ("armv7l", "linux", "3.11"): "tflite-runtime",
    ("armv7l", "linux", "3.13"): None,
}


@pytest.mark.parametrize(("platform", "runtime"), PLATFORMS.items())
def test_a_runtime_is_asked_for_where_it_has_wheels(
    metadata: Message, platform: tuple[str, str, str], runtime: str | None
) -> None:
    """LiteRT has no 32-bit wheels; tflite-runtime ends with Python 3.11, and NumPy 2 breaks it."""
    machine, system, python = platform
    place = {"platform_machine": machine, "sys_platform": system, "python_version": python}
    required = [Requirement(line) for line in metadata.get_all("Requires-Dist") or []]
    here = [
        line
        for line in required
        if line.marker is None or line.marker.evaluate(place | {"extra": ""})
    ]
    assert {line.name for line in here} - RUNTIME - PAGE == ({runtime} if runtime else set())
    numpy = [line.specifier for line in here if line.name == "numpy"]
    assert all("2.0" in bound for bound in numpy) == (runtime != "tflite-runtime")


def test_wheel_carries_its_licence(wheel: Path, metadata: Message) -> None:
    """The licence text travels with the wheel, and the metadata names it."""
    with zipfile.ZipFile(wheel) as archive:
        (licence,) = (name for name in archive.namelist() if name.endswith("/LICENSE"))
        assert archive.read(licence) == (REPO / "LICENSE").read_bytes()
    assert metadata["License-Expression"] == "MIT"


IMPORT_ALL = """
import importlib, sys, sysconfig
for name in sys.argv[1:]:
    importlib.import_module(name)
place = sysconfig.get_path("purelib") + "/"
files = [getattr(module, "__file__", None) or "" for module in sys.modules.values()]
print(*{file.removeprefix(place).split("/")[0] for file in files if file.startswith(place)})
"""


def test_device_needs_nothing_else(wheel: Path, installed: Path) -> None:
    """Every module of the device can be imported with what is required, and loads nothing else."""
    with zipfile.ZipFile(wheel) as archive:
        files = [name for name in archive.namelist() if name.startswith("ecg_device/")]
    names = [name[:-3].replace("/", ".") for name in files if name.endswith(".py")]
    modules = [name.removesuffix(".__init__") for name in names if not name.endswith("__main__")]
    done = run(installed / "python", "-W", "error", "-c", IMPORT_ALL, *modules)
    assert done.returncode == 0, done.stderr
    page = set().union(*map(owned_by, {*PAGE, *required_by("flask"), *required_by("cheroot")}))
    assert set(done.stdout.split()) - page <= RUNTIME | {"ecg_device"}


def test_installed_command_tells_its_version(installed: Path) -> None:
    """The installed command answers with the version its wheel carries."""
    done = run(installed / "ecg-device", "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == f"ecg-device {importlib.metadata.version('ecg-device')}"


NOTHING_LEFT = ("--port", "none", "--data", "none")


@pytest.mark.slow
def test_installed_appliance_runs(installed: Path) -> None:
    """Away from the checkout and without its tools, the synthetic heart is simulated and read."""
    done = run(installed / "ecg-device", "run", "--speed", "0", "--seconds", "30", *NOTHING_LEFT)
    assert (done.returncode, done.stderr) == (0, "")
    assert "SIMULATED" in done.stdout
