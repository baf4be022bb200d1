"""The protocols by name: which beats train and which judge, and what a number from them is worth.

thesis         the thesis's own, balanced before a random split: leaks, to compare with it only
random         a random split of beats, balanced to train only: the same patients on all sides
inter-patient  DS1 to train, DS2 to test, AAMI classes: nobody on two sides
patient-folds  five folds of whole patients, six classes: nobody on two sides
"""

from dataclasses import dataclass
from pathlib import Path

from ecg_device.errors import ConfigError
from ecg_training.beatsets import BeatSet, collect
from ecg_training.datasets import mitdb
from ecg_training.protocols import at_random, patients, thesis
from ecg_training.protocols.patients import patient_of
from ecg_training.protocols.split import Classes, Plan, Split

__all__ = ["PROTOCOLS", "Classes", "Plan", "Protocol", "Split", "find", "patient_of"]


@dataclass(frozen=True)
class Protocol:
    """One way to divide the beats; `leak` says in a few words what is on both sides, if any."""

    name: str
    classes: Classes
    leak: str = ""
    folds: int = 1

    @property
    def title(self) -> str:
        """What tables call it: a protocol that leaks never goes without saying so."""
        return f"{self.name} (LEAKY: {self.leak})" if self.leak else self.name

    def plan(self, root: Path, fold: int = 0) -> Plan:
        """Which records train, validate and test, where whole patients do."""
        if self.name == "inter-patient":
            return patients.inter_patient()
        if self.name == "patient-folds":
            return patients.patient_folds(root)[self._checked(fold)]
        raise ConfigError(
            f"the protocol {self.name} divides beats, not records",
            expected="inter-patient or patient-folds",
            received=self.name,
        )

    def split(self, root: Path, fold: int = 0, jobs: int = 1) -> Split:
        """The beats as they are, of one lead and without augmentation."""
        if self.name == "thesis":
            return thesis.split(root, jobs)
        if self.name == "random":
            return at_random.split(collect(root, mitdb.ALL, jobs=jobs))
        plan = self.plan(root, fold)
        sides = (plan.train, plan.validation, plan.test)
        train, validation, test = (self._beats(root, records, jobs) for records in sides)
        return Split(train, validation, test, self.classes)

    def _beats(self, root: Path, records: tuple[str, ...], jobs: int) -> BeatSet:
        return self.classes.only(collect(root, records, jobs=jobs))

    def _checked(self, fold: int) -> int:
        if 0 <= fold < self.folds:
            return fold
        raise ConfigError(
            f"no such fold of {self.name}",
            expected=f"0 to {self.folds - 1}",
            received=str(fold),
        )


PROTOCOLS = {
    protocol.name: protocol
    for protocol in (
        Protocol("thesis", patients.SIX_BEATS, "made-up beats and patients on both sides"),
        Protocol("random", patients.SIX_BEATS, "patients on both sides"),
        Protocol("inter-patient", patients.AAMI_BEATS),
        Protocol("patient-folds", patients.SIX_BEATS, folds=patients.FOLDS),
    )
}


def find(name: str) -> Protocol:
    """The protocol of that name."""
    if name in PROTOCOLS:
        return PROTOCOLS[name]
    raise ConfigError("no such protocol", expected=" or ".join(PROTOCOLS), received=name)
