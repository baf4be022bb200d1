"""Bundles come into the library and into use whole or not at all, and the way back is open."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecg_device.classifier import Library, default_bundle, library, open_bundle
from ecg_device.classifier.install import activate, install, rollback
from ecg_device.errors import ModelError

MakeBundle = Callable[..., Path]
DEVICE = Path(library.__file__).parents[2]


def version(text: str) -> Callable[[dict[str, Any]], None]:
    """A change of the card: bundles of one name with other contents."""
    return lambda card: card.update(version=text)


def named(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda card: card.update(name=name)


def active_version() -> str | None:
    """What a daemon would open now, by the version on its card."""
    folder = Library().active()
    return None if folder is None else open_bundle(folder).card.version


def test_an_empty_library_has_nothing_in_use(state: Path) -> None:
    """Where nothing was ever installed there is no bundle, no error and no folder made."""
    assert Library().entries() == []
    assert Library().active() is None
    assert default_bundle() is None
    assert not state.exists()


def test_the_shipped_default_is_in_use_until_another_is(
    state: Path, tmp_path: Path, make_bundle: MakeBundle
) -> None:
    """Out of the box it is `aami`; after an activation and a rollback it is so again."""
    shipped = make_bundle("shipped/aami", named("aami"))
    make_bundle("shipped/six", named("six"))
    assert default_bundle() == shipped
    activate(Library(), "six")
    assert default_bundle() == tmp_path / "shipped" / "six"
    rollback(Library())
    assert default_bundle() == shipped
    rollback(Library())
    assert default_bundle() == tmp_path / "shipped" / "six"


def test_installed_is_not_yet_in_use(state: Path, make_bundle: MakeBundle) -> None:
    """An installed bundle waits until it is activated; the source folder is not needed then."""
    source = make_bundle()
    entry = install(Library(), source)
    assert Library().active() is None
    for file in source.iterdir():
        file.unlink()
    activate(Library(), "formula")
    assert Library().active() == entry.folder
    assert open_bundle(entry.folder).card.name == "formula"


def test_the_name_means_the_newest_and_use_goes_on(state: Path, make_bundle: MakeBundle) -> None:
    """Installing other contents under a name in use changes nothing in use until activation."""
    install(Library(), make_bundle("a", version("1")))
    activate(Library(), "formula")
    install(Library(), make_bundle("b", version("2")))
    assert active_version() == "1"
    activate(Library(), "formula")
    assert active_version() == "2"
    rollback(Library())
    assert active_version() == "1"


def test_versions_that_nobody_can_go_back_to_are_removed(
    state: Path, make_bundle: MakeBundle
) -> None:
    """Of five versions, the one in use, the one before it and the newest stay."""
    for number in "12345":
        install(Library(), make_bundle(number, version(number)))
        if number in "12":
            activate(Library(), "formula")
    kept = [open_bundle(entry.folder).card.version for entry in Library().entries()]
    assert sorted(kept) == ["1", "2", "5"]


def test_an_installed_name_goes_before_a_shipped_one(state: Path, make_bundle: MakeBundle) -> None:
    """Both stay reachable: the shipped one by its whole key."""
    shipped = make_bundle("shipped/formula")
    entry = install(Library(), make_bundle(change=version("2")))
    assert Library().find("formula") == entry
    assert Library().find("shipped/formula").folder == shipped
    assert [Library().shortest(each) for each in Library().entries()] == [
        "shipped/formula",
        "formula",
    ]


@pytest.mark.parametrize("file", ["model.tflite", "card.json"])
def test_a_bad_bundle_is_not_installed(state: Path, make_bundle: MakeBundle, file: str) -> None:
    """A damaged file is refused, the one in use goes on, and nothing of it is left."""
    install(Library(), make_bundle("good"))
    activate(Library(), "formula")
    before = sorted(state.rglob("*"))
    bad = make_bundle("bad", version("2"))
    (bad / file).write_bytes((bad / file).read_bytes()[:-20])
    with pytest.raises(ModelError):
        install(Library(), bad)
    assert sorted(state.rglob("*")) == before
    assert active_version() == "1"


def test_what_went_bad_on_the_disk_is_not_activated(state: Path, make_bundle: MakeBundle) -> None:
    """A bundle is tested again before use; installing it anew mends it."""
    good = make_bundle("good")
    folder = install(Library(), good).folder
    (folder / "model.tflite").write_bytes(b"TFL3")
    with pytest.raises(ModelError, match="damaged"):
        activate(Library(), "formula")
    assert Library().active() is None
    install(Library(), good)
    activate(Library(), "formula")
    assert active_version() == "1"


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (lambda library: activate(library, "formla"), "did you mean 'formula'"),
        (lambda library: activate(library, "../bundle"), "there is no model '../bundle'"),
        (lambda library: activate(library, "/etc"), "there is no model '/etc'"),
        (lambda library: activate(library, "nul\0"), "there is no model"),
        (rollback, "there is nothing to go back to"),
        (lambda library: install(library, Path("/dev")), "is no bundle"),
    ],
)
def test_what_cannot_be_done_is_said(
    state: Path, make_bundle: MakeBundle, action: Callable[[Library], Any], told: str
) -> None:
    """A name that is none, and a way back where there is none, are answered in a line."""
    install(Library(), make_bundle())
    with pytest.raises(ModelError, match=told):
        action(Library())


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"active": "../../etc"}', '{"active": "versions/.."}', '{"active": 7}'],
)
def test_a_spoiled_choice_is_said(state: Path, content: str) -> None:
    """A file that says nothing sensible is an error with a remedy; nothing else is opened."""
    (state / "models").mkdir(parents=True)
    (state / "models" / "active.json").write_text(content)
    with pytest.raises(ModelError, match="ecg-device model activate NAME"):
        Library().active()


def test_a_spoiled_choice_is_mended_as_it_says(state: Path, make_bundle: MakeBundle) -> None:
    """Installing and activating work over a spoiled file, and what is there is kept."""
    first = install(Library(), make_bundle("a", version("1")))
    (state / "models" / "active.json").write_text("{")
    install(Library(), make_bundle("b", version("2")))
    assert first.folder.is_dir()
    activate(Library(), "formula")
    assert active_version() == "2"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(state: Path, make_bundle: MakeBundle) -> None:
    """The line says who may, and how to choose another folder."""
    state.mkdir(mode=0o500)
    with pytest.raises(ModelError, match="ECG_DEVICE_STATE"):
        install(Library(), make_bundle())


def test_a_state_folder_that_is_a_file(state: Path, make_bundle: MakeBundle) -> None:
    """The same where a file is in the way."""
    state.write_text("")
    with pytest.raises(ModelError, match="cannot write into"):
        install(Library(), make_bundle())


KILLED = """
import json, os, sys
from pathlib import Path
from ecg_device.classifier import Library
from ecg_device.classifier.install import activate, install

FILE_OPERATIONS = ("open", "os.", "shutil.", "tempfile.")

def die_at(count):
    left = [count]
    def hook(event, arguments):
        if event.startswith(FILE_OPERATIONS):
            left[0] -= 1
            if left[0] == 0:
                os._exit(9)
    sys.addaudithook(hook)

def attempt(count):
    pid = os.fork()
    if pid == 0:
        try:
            die_at(count)
            install(Library(), Path(sys.argv[1]))
            activate(Library(), "formula")
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

found, count, step = [], 1, int(sys.argv[2])
while (code := attempt(count)) == 9:
    card = json.loads((Library().active() / "card.json").read_text())
    model = (Library().active() / "model.tflite").stat().st_size
    assert model == card["bytes"], count
    found.append(card["version"])
    count += step
print(json.dumps([code, found]))
"""


@pytest.mark.slow
def test_a_power_cut_leaves_the_old_or_the_new(state: Path, make_bundle: MakeBundle) -> None:
    """Killed at any of its file operations, an update leaves a whole bundle in use; repeated,
    it comes to its end whatever the one before left behind."""
    install(Library(), make_bundle("a", version("1")))
    activate(Library(), "formula")
    new = make_bundle("b", version("2"))
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(new), "3"],
        env=os.environ | {"PYTHONPATH": str(DEVICE)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    code, found = json.loads(done.stdout)
    assert code == 0
    assert len(found) > 10
    assert found == sorted(found), "once new, it stays new"
    assert active_version() == "2"
    versions = {path.name for path in (state / "models" / "versions").iterdir()}
    assert not [name for name in versions if name.startswith(".")]
    rollback(Library())
    assert active_version() == "1"
