"""Which lead is read when nobody names one: the ECG, by the names that recorders give."""

from pathlib import Path

import pytest

from ecg_device.errors import FormatError
from ecg_device.formats.leads import find_lead

PATH = Path("night.edf")


@pytest.mark.parametrize(
    ("leads", "ecg"),
    [
        ("MLII V1", 0),  # MIT-BIH
        ("V5 MLII", 0),
        ("EEG_Fpz-Cz II", 1),
        ("RESP PLETH aVF", 2),
        ("EOG(L) EOG(R) EMG ECG", 3),
        ("SpO2 EKG1", 1),
        ("ABP mliii", 1),
        ("signal_0 ECG_II V1", 1),
        ("channel_1 channel_2", 0),  # nothing speaks for or against any
        ("Direct_1 Abdomen_1", 0),
        ("Artery_unknown V6", 1),
        ("heart RESP", 0),
    ],
)
def test_without_a_name_the_ecg_is_read(leads: str, ecg: int) -> None:
    """The first lead with an ECG's name, wherever it stands; else the first if it may be one."""
    assert find_lead(tuple(name.replace("_", " ") for name in leads.split()), None, PATH) == ecg


@pytest.mark.parametrize("first", ["EEG Fpz-Cz", "EMG chin", "Resp chest", "ABP", "SpO2", "PLETH"])
def test_what_is_no_ecg_is_not_taken_for_one(first: str) -> None:
    """The first lead says it is something else, no other says it is an ECG: all are listed."""
    with pytest.raises(FormatError) as refused:
        find_lead((first, "channel 2"), None, PATH)
    assert "night.edf: none of its leads is called an ECG; expected one named" in str(refused.value)
    assert f"0 ({first}), 1 (channel 2)" in str(refused.value)
    assert find_lead((first, "channel 2"), 0, PATH) == 0
