"""Downloads from a real server on this machine: whole, resumed, verified, or refused in a line."""

import errno
import hashlib
import io
import os
import re
import resource
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from ecg_device.errors import ConfigError, EcgDeviceError, FormatError
from ecg_training.cli import main
from ecg_training.datasets.published import PUBLISHED, Published
from ecg_training.fetch import Fetched, fetch
from ecg_training.fetch.disk import writing
from ecg_training.fetch.transfer import Transfer

AT_ONCE = (0.0, 0.0, 0.0)  # three attempts more, without waiting


@dataclass
class Publisher:
    """A file tree behind HTTP with Range, that can be told to misbehave."""

    files: dict[str, bytes]
    url: str = ""
    cut: dict[str, int] = field(default_factory=dict)  # bytes after which each answer breaks off
    refuse: dict[str, list[int]] = field(default_factory=dict)  # statuses to answer first
    ranges: bool = True
    pause_s: float = 0.0  # before each 64 KiB
    silent_s: list[float] = field(default_factory=list)  # before each of the first answers' bytes
    requests: list[tuple[str, str | None]] = field(default_factory=list)  # path, Range

    def publish_checksums(self) -> None:
        lines = [f"{hashlib.sha256(data).hexdigest()} {name}" for name, data in self.files.items()]
        self.files["SHA256SUMS.txt"] = ("\n".join(lines) + "\n").encode()

    def asked_for(self, name: str) -> list[str | None]:
        """The Range of every request for a file."""
        return [wanted for path, wanted in self.requests if path == name]


class Handler(BaseHTTPRequestHandler):
    publisher: Publisher

    def do_GET(self) -> None:
        publisher, name = self.publisher, self.path.removeprefix("/set/")
        wanted = self.headers["Range"]
        publisher.requests.append((name, wanted))
        if publisher.refuse.get(name):
            return self.send_error(publisher.refuse[name].pop(0))
        if name not in publisher.files:
            return self.send_error(404)
        data, begin = publisher.files[name], 0
        if wanted and publisher.ranges:
            begin = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])
            if begin >= len(data):
                return self.send_error(416)
        self.send_response(206 if begin else 200)
        self.send_header("Content-Length", str(len(data) - begin))
        self.end_headers()
        if publisher.silent_s:
            time.sleep(publisher.silent_s.pop())
        end = begin + publisher.cut.get(name, len(data))
        for at in range(begin, min(end, len(data)), 1 << 16):
            time.sleep(publisher.pause_s)
            self.wfile.write(data[at : min(at + (1 << 16), end)])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    random = np.random.default_rng(0)
    published = Publisher({f"{n}.dat": random.bytes(300_000) for n in (100, 101)})
    published.files["100.hea"] = b"100 2 360 100\n"
    published.files["notes.txt"] = b"not needed"
    published.publish_checksums()
    handler = type("Bound", (Handler,), {"publisher": published})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    published.url = f"http://127.0.0.1:{server.server_port}/set/"
    yield published
    server.shutdown()
    server.server_close()
    thread.join()


PLAIN = replace(PUBLISHED["mitdb"], saved_as={})


def bring(publisher: Publisher, folder: Path, published: Published = PLAIN) -> Fetched:
    return fetch("mitdb", published, folder, source=publisher.url, back_off_s=AT_ONCE)


def there(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


WANTED = ("100.dat", "101.dat", "100.hea")


def published_files(publisher: Publisher) -> dict[str, bytes]:
    return {name: publisher.files[name] for name in WANTED}


def test_a_set_comes_whole_and_only_what_is_needed(publisher: Publisher, tmp_path: Path) -> None:
    """Every wanted file byte by byte, no other, no leftover, no second request."""
    assert bring(publisher, tmp_path / "mitdb") == Fetched(kept=0, came=3, bytes=600_014)
    assert there(tmp_path / "mitdb") == published_files(publisher)
    assert sorted(name for name, _ in publisher.requests) == sorted((*WANTED, "SHA256SUMS.txt"))


def test_what_is_here_and_good_is_left_alone(publisher: Publisher, tmp_path: Path) -> None:
    """A second run asks for the checksums only; a file that was changed is fetched again."""
    bring(publisher, tmp_path)
    publisher.requests.clear()
    assert bring(publisher, tmp_path) == Fetched(kept=3, came=0, bytes=0)
    assert [name for name, _ in publisher.requests] == ["SHA256SUMS.txt"]
    (tmp_path / "101.dat").write_bytes(b"something else")
    assert bring(publisher, tmp_path).came == 1
    assert there(tmp_path) == published_files(publisher)


def test_broken_connections_are_taken_up_where_they_broke(
    publisher: Publisher, tmp_path: Path
) -> None:
    """Each answer breaks off after 90,000 bytes: four requests, each from the last byte on."""
    publisher.cut["100.dat"] = 90_000
    assert bring(publisher, tmp_path).bytes == 600_014
    assert there(tmp_path) == published_files(publisher)
    asked = [None, "bytes=90000-", "bytes=180000-", "bytes=270000-"]
    assert publisher.asked_for("100.dat") == asked


def test_a_server_that_falls_silent_is_asked_again(publisher: Publisher, tmp_path: Path) -> None:
    """Nothing for longer than the time limit, in the midst of a file: given up and asked anew."""
    target, name = tmp_path / "100.dat", "100.dat"
    (tmp_path / "100.dat.part").write_bytes(publisher.files[name][:250_000])
    publisher.silent_s = [0.6]
    transfer = Transfer(threading.Event(), AT_ONCE, timeout_s=0.2)
    checksum = hashlib.sha256(publisher.files[name]).hexdigest()
    transfer.file(publisher.url + name, target, checksum, lambda count, share: None)
    assert target.read_bytes() == publisher.files[name]
    assert len(publisher.asked_for(name)) == 2


def test_a_connection_that_brings_nothing_ends_the_patience(
    publisher: Publisher, tmp_path: Path
) -> None:
    """Cut at once, each time: one attempt and three more, then a line; a later run succeeds."""
    publisher.cut["100.dat"] = 0
    with pytest.raises(EcgDeviceError, match=r"100\.dat cannot be fetched.*0 of 300000 bytes"):
        bring(publisher, tmp_path)
    assert len(publisher.asked_for("100.dat")) == 4
    publisher.cut.clear()
    bring(publisher, tmp_path)
    assert there(tmp_path) == published_files(publisher)


def test_a_part_of_an_earlier_run_is_completed(publisher: Publisher, tmp_path: Path) -> None:
    """100,000 bytes lie here: the rest is asked for, and only the rest comes."""
    (tmp_path / "100.dat.part").write_bytes(publisher.files["100.dat"][:100_000])
    assert bring(publisher, tmp_path).bytes == 500_014
    assert publisher.asked_for("100.dat") == ["bytes=100000-"]
    assert there(tmp_path) == published_files(publisher)


def test_a_part_that_was_complete_is_only_verified(publisher: Publisher, tmp_path: Path) -> None:
    """Nothing is beyond its last byte (HTTP 416): it takes its name."""
    (tmp_path / "100.dat.part").write_bytes(publisher.files["100.dat"])
    assert bring(publisher, tmp_path).bytes == 300_014
    assert there(tmp_path) == published_files(publisher)


def test_a_part_of_another_version_is_fetched_anew(publisher: Publisher, tmp_path: Path) -> None:
    """Its checksum fails once it is complete; from the start again, it is right."""
    (tmp_path / "100.dat.part").write_bytes(b"x" * 100_000)
    bring(publisher, tmp_path)
    assert publisher.asked_for("100.dat") == ["bytes=100000-", None]
    assert there(tmp_path) == published_files(publisher)


def test_a_server_without_ranges_sends_all_of_it(publisher: Publisher, tmp_path: Path) -> None:
    """The part is dropped, not doubled."""
    publisher.ranges = False
    (tmp_path / "100.dat.part").write_bytes(publisher.files["100.dat"][:100_000])
    bring(publisher, tmp_path)
    assert there(tmp_path) == published_files(publisher)


def test_a_wrong_checksum_is_an_error_and_leaves_no_file(
    publisher: Publisher, tmp_path: Path
) -> None:
    """What comes is not what is listed: one line with both checksums, neither file nor part."""
    listed = hashlib.sha256(publisher.files["100.hea"]).hexdigest()
    publisher.files["100.hea"] = b"forged"
    received = hashlib.sha256(b"forged").hexdigest()
    with pytest.raises(FormatError, match=f"{listed}; received {received}") as raised:
        bring(publisher, tmp_path)
    assert "\n" not in str(raised.value)
    assert not {"100.hea", "100.hea.part"} & set(there(tmp_path))


def test_a_missing_file_is_an_error_at_once(publisher: Publisher, tmp_path: Path) -> None:
    """HTTP 404 is not tried again, and names the file."""
    del publisher.files["100.hea"]
    with pytest.raises(ConfigError, match=r"100\.hea is not to be had.*HTTP 404"):
        bring(publisher, tmp_path)
    assert len(publisher.asked_for("100.hea")) == 1


def test_a_busy_server_is_tried_again(publisher: Publisher, tmp_path: Path) -> None:
    """503 twice, then the file."""
    publisher.refuse = {"100.hea": [503, 503], "SHA256SUMS.txt": [502]}
    bring(publisher, tmp_path)
    assert there(tmp_path) == published_files(publisher)
    assert len(publisher.asked_for("100.hea")) == 3


def test_no_network_is_told_in_a_line(tmp_path: Path) -> None:
    """A host that cannot be: its address, why, and what to do; an address that is none, too."""
    for address in ("http://127.0.0.1:1/", "http://no-such-host.invalid/"):
        with pytest.raises(EcgDeviceError, match=r"cannot be fetched.*see that the network is"):
            fetch("mitdb", PLAIN, tmp_path, source=address, back_off_s=())
    for address in ("ftp://127.0.0.1/", "mitdb", "/a/folder"):
        with pytest.raises(ConfigError, match="--from is not an address"):
            fetch("mitdb", PLAIN, tmp_path, source=address, back_off_s=())


@pytest.mark.parametrize(
    ("listing", "why"),
    [
        (b"<html>sign in</html>\n", "line 1 is not understood"),
        (b"0" * 64 + b"  ../100.dat\n", "line 1 is not understood"),
        (b"0" * 64 + b"  /etc/100.dat\n", "line 1 is not understood"),
        (b"0" * 64 + b"  other.txt\n", "lists no file of this set"),
    ],
)
def test_a_list_that_is_none_is_refused(
    publisher: Publisher, tmp_path: Path, listing: bytes, why: str
) -> None:
    """No checksums, paths out of the folder, or another set's: nothing is written."""
    publisher.files["SHA256SUMS.txt"] = listing
    with pytest.raises(FormatError, match=why):
        bring(publisher, tmp_path / "mitdb")
    assert there(tmp_path) == {}


def test_a_full_disk_is_told_and_what_came_is_kept(publisher: Publisher, tmp_path: Path) -> None:
    """No file may grow beyond 200,000 bytes (as a quota would have it): a line, a part, and once
    there is room the rest."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        with pytest.raises(EcgDeviceError, match=os.strerror(errno.EFBIG)):
            bring(publisher, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    kept = there(tmp_path)["100.dat.part"]
    assert publisher.files["100.dat"].startswith(kept)
    bring(publisher, tmp_path)
    assert there(tmp_path) == published_files(publisher)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_no_room_is_called_by_its_name(tmp_path: Path) -> None:
    """A device that is always full: what to do is to make room and run the command again."""
    with (
        pytest.raises(EcgDeviceError, match="make room and run the same command again"),
        writing(tmp_path),
        open("/dev/full", "wb", buffering=0) as file,
    ):
        file.write(b"anything")


def test_a_folder_that_cannot_be_is_told(publisher: Publisher, tmp_path: Path) -> None:
    """A file stands where the folder should: the line says which and what to do."""
    (tmp_path / "mitdb").write_text("a file")
    with pytest.raises(EcgDeviceError, match="name another folder with --data"):
        bring(publisher, tmp_path / "mitdb")


def zipped(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return data.getvalue()


@pytest.fixture
def challenge(publisher: Publisher) -> Publisher:
    """A zip as the challenge of 2017 has it, with one file that means mischief."""
    publisher.files = {
        "training2017.zip": zipped(
            {
                "training2017/A00001.hea": b"A00001 1 300 9000\n",
                "training2017/A00001.mat": b"samples" * 100,
                "training2017/REFERENCE.csv": b"A00001,O\n",
                "../../A00002.hea": b"outside\n",
                "../evil.txt": b"evil",
            }
        ),
        "REFERENCE-v3.csv": b"A00001,N\n",
    }
    publisher.publish_checksums()
    return publisher


def test_an_archive_is_unpacked_into_the_set_s_folder(challenge: Publisher, tmp_path: Path) -> None:
    """Records flat in the folder, the labels as last corrected, nothing outside, no archive."""
    folder = tmp_path / "data" / "cinc2017"
    bring(challenge, folder, PUBLISHED["cinc2017"])
    found = there(tmp_path)
    listing = found.pop("data/cinc2017/training2017.zip.sha256")
    assert found == {
        "data/cinc2017/A00001.hea": b"A00001 1 300 9000\n",
        "data/cinc2017/A00001.mat": b"samples" * 100,
        "data/cinc2017/A00002.hea": b"outside\n",
        "data/cinc2017/REFERENCE.csv": b"A00001,N\n",
    }
    assert hashlib.sha256(b"samples" * 100).hexdigest().encode() in listing


def test_an_unpacked_archive_is_verified_and_not_fetched_again(
    challenge: Publisher, tmp_path: Path
) -> None:
    """While its files are as they were; if one of them is not, the archive is fetched anew."""
    bring(challenge, tmp_path, PUBLISHED["cinc2017"])
    assert bring(challenge, tmp_path, PUBLISHED["cinc2017"]) == Fetched(kept=2, came=0, bytes=0)
    (tmp_path / "A00001.mat").write_bytes(b"spoilt")
    assert bring(challenge, tmp_path, PUBLISHED["cinc2017"]).came == 1
    assert (tmp_path / "A00001.mat").read_bytes() == b"samples" * 100


def test_an_archive_left_packed_is_unpacked_by_the_next_run(
    challenge: Publisher, tmp_path: Path
) -> None:
    """Broken off between the download and the unpacking, the next run needs no download."""
    (tmp_path / "training2017.zip").write_bytes(challenge.files["training2017.zip"])
    assert bring(challenge, tmp_path, PUBLISHED["cinc2017"]).came == 1  # the labels
    assert (tmp_path / "A00001.mat").is_file()
    assert not (tmp_path / "training2017.zip").exists()


def test_the_catalogue_wants_the_files_that_the_loaders_read() -> None:
    """By the publishers' own paths; what no loader reads stays there."""
    wanted = {
        "mitdb": ["100.dat", "234.hea", "234.atr", "RECORDS"],
        "nstdb": ["bw.dat", "em.hea", "ma.dat"],
        "cinc2017": ["training2017.zip", "REFERENCE-v3.csv"],
        "ptbxl": ["records100/00000/00001_lr.dat", "ptbxl_database.csv"],
    }
    unwanted = {
        "mitdb": ["x_mitdb/x_108.dat", "102-0.atr", "mitdbdir/intro.htm", "100.xws"],
        "nstdb": ["118e24.dat", "old/118e24.atr"],
        "cinc2017": ["sample2017.zip", "training/A00/A00001.mat"],
        "ptbxl": ["records500/00000/00001_hr.dat", "LICENSE.txt"],
    }
    for name, published in PUBLISHED.items():
        assert all(map(published.wants, wanted[name]))
        assert not any(map(published.wants, unwanted[name]))


def command(publisher: Publisher, data: Path) -> list[str]:
    start = [sys.executable, "-m", "ecg_training.cli", "fetch", "mitdb"]
    return [*start, "--data", str(data), "--from", publisher.url]


def test_ctrl_c_leaves_parts_that_the_next_run_completes(
    publisher: Publisher, tmp_path: Path
) -> None:
    """Interrupted in the midst of a slow transfer: at once, quietly, 130; then only the rest."""
    publisher.pause_s = 0.2
    process = subprocess.Popen(command(publisher, tmp_path), stderr=subprocess.PIPE)
    part = tmp_path / "mitdb" / "100.dat.part"
    deadline = time.monotonic() + 20
    while not (part.is_file() and part.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    assert (process.wait(timeout=10), process.stderr.read()) == (130, b"")
    process.stderr.close()
    assert time.monotonic() - asked < 3
    size = part.stat().st_size
    assert 0 < size < 300_000
    publisher.pause_s = 0.0
    publisher.requests.clear()
    assert main(command(publisher, tmp_path)[3:]) == 0
    assert publisher.asked_for("100.dat") == [f"bytes={size}-"]
    assert there(tmp_path / "mitdb") == published_files(publisher)


def test_the_command_tells_what_it_did(
    publisher: Publisher, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table with the set, its files and their folder; on failure a line and status 1."""
    assert main(command(publisher, tmp_path)[3:]) == 0
    row = capsys.readouterr().out.splitlines()[-1]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == ["mitdb", "0", "3", "0.6", str(tmp_path / "mitdb"), "ODC-By 1.0"]
    del publisher.files["SHA256SUMS.txt"]
    assert main(command(publisher, tmp_path)[3:]) == 1
    error = capsys.readouterr().err
    assert error.startswith("ecg-train: ") and error.count("\n") == 1
    assert "SHA256SUMS.txt" in error


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_on_a_terminal_only(publisher: Publisher, tmp_path: Path) -> None:
    """Files and megabytes under way; nothing where nobody watches."""
    publisher.pause_s = 0.1
    screens = []
    for terminal in (True, False):
        screen = Terminal() if terminal else io.StringIO()
        fetch("mitdb", PLAIN, tmp_path / str(terminal), source=publisher.url, screen=screen)
        screens.append(screen.getvalue())
    assert re.search(r"mitdb: fetching \[#*\.*\] \d/3 files, 0\.\d MB, \d\.\d MB/s", screens[0])
    assert screens[0].endswith("\x1b[K")
    assert screens[1] == ""


def test_the_error_of_a_missing_set_names_this_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who evaluates without the recordings is told how to get them."""
    assert main(["evaluate", "qrs", "--data", str(tmp_path)]) == 1
    assert "run `ecg-train fetch mitdb`" in capsys.readouterr().err
