"""Where the data sets are published, and which of the files there are needed."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a data set at its publisher: a file tree with checksums beside it."""

    page: str  # for people
    files: str  # the tree's root, that holds SHA256SUMS.txt
    wanted: str  # a regular expression of the paths that are needed
    licence: str
    saved_as: dict[str, str] = field(default_factory=dict)  # where the name is another here
    archive: str | None = None  # a zip among them, unpacked into the set's folder ...
    unpacked: str = ""  # ... as far as the names match this

    def wants(self, path: str) -> bool:
        return re.fullmatch(self.wanted, path) is not None


PUBLISHED = {
    "mitdb": Published(
        page="https://physionet.org/content/mitdb/1.0.0/",
        files="https://physionet.org/files/mitdb/1.0.0/",
        wanted=r"\d{3}\.(hea|dat|atr)|RECORDS",
        licence="ODC-By 1.0",
    ),
    "nstdb": Published(
        page="https://physionet.org/content/nstdb/1.0.0/",
        files="https://physionet.org/files/nstdb/1.0.0/",
        wanted=r"(bw|em|ma)\.(hea|dat)|RECORDS",
        licence="ODC-By 1.0",
    ),
    "cinc2017": Published(
        page="https://physionet.org/content/challenge-2017/1.0.0/",
        files="https://physionet.org/files/challenge-2017/1.0.0/",
        wanted=r"training2017\.zip|REFERENCE-v3\.csv",
        licence="ODC-By 1.0",
        saved_as={"REFERENCE-v3.csv": "REFERENCE.csv"},  # the labels as last corrected
        archive="training2017.zip",
        unpacked=r"A\d{5}\.(hea|mat)",
    ),
    "ptbxl": Published(
        page="https://physionet.org/content/ptb-xl/1.0.3/",
        files="https://physionet.org/files/ptb-xl/1.0.3/",
        wanted=r"records100/\d{5}/\d{5}_lr\.(hea|dat)|ptbxl_database\.csv|scp_statements\.csv",
        licence="CC BY 4.0",
    ),
}
