"""Into which classes beats are sorted before reference and name are compared.

Reference beats carry the symbols of the MIT-BIH annotators, names the labels of a bundle. Compared
are either the groups of AAMI EC57 or a bundle's own labels; what belongs to no class is `Q`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ecg_training.naming_scores import Q

_MEMBERS = {"N": "N L R e j", "S": "A a J S", "V": "V E", "F": "F", Q: "/ f Q ?"}
AAMI = {symbol: group for group, symbols in _MEMBERS.items() for symbol in symbols.split()}
AAMI_CLASSES = ("N", "S", "V", "F")


@dataclass(frozen=True, slots=True)
class Grouping:
    """The classes that are scored, and which one a reference symbol or a name belongs to."""

    classes: tuple[str, ...]
    of_symbol: Mapping[str, str]
    of_name: Mapping[str, str]

    def references(self, symbols: Iterable[str]) -> list[str]:
        """The class of each reference beat."""
        return [self.of_symbol.get(symbol, Q) for symbol in symbols]

    def names(self, names: Iterable[str]) -> list[str]:
        """The class of each name."""
        return [self.of_name.get(name, Q) for name in names]


def by_aami(groups: Mapping[str, str]) -> Grouping:
    """The groups of EC57; `groups` says of each label of a bundle which one it is."""
    scored = {name: group for name, group in groups.items() if group in AAMI_CLASSES}
    return Grouping(AAMI_CLASSES, AAMI, scored)


def by_label(labels: Sequence[str]) -> Grouping:
    """The labels themselves, each being the symbol of its beats; other beats are not scored."""
    same = {label: label for label in labels}
    return Grouping(tuple(labels), same, same)
