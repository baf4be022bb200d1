"""Are the beats named right: the whole appliance against the annotators, every beat counted.

A reference beat and a beat let out pair when they are at most 150 ms apart, over the whole record,
the start of it included. A reference beat that has no partner is missed; a beat let out that has
none is a false detection. What happens in ventricular fibrillation does not count, as in EC57.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from ecg_training.beat_groups import Grouping
from ecg_training.datasets import mitdb
from ecg_training.naming_scores import MISSED, NOBODY, NamingScore, count
from ecg_training.parallel import map_records
from ecg_training.product import NamedBeats
from ecg_training.scoring import MATCH_WINDOW_S, inside, match_beats

NamesOf = Callable[[mitdb.Record], NamedBeats]


def evaluate(
    root: Path, records: Sequence[str], names_of: NamesOf, grouping: Grouping, jobs: int, what: str
) -> Mapping[str, NamingScore]:
    """The score of each record; `names_of` goes to other processes and must be picklable."""
    task = partial(score_record, root, names_of, grouping)
    return dict(zip(records, map_records(task, records, jobs, what), strict=True))


def score_record(root: Path, names_of: NamesOf, grouping: Grouping, name: str) -> NamingScore:
    """Load one record, have its beats named, compare."""
    record = mitdb.load(root, name)
    return compare(record, names_of(record), grouping)


def compare(record: mitdb.Record, named: NamedBeats, grouping: Grouping) -> NamingScore:
    """Every beat of the annotators with its name, and every beat that none of them knows."""
    counted = np.flatnonzero(~inside(record.beats, record.fibrillation))
    references = grouping.references(record.symbols[at] for at in counted)
    names = grouping.names(named.symbols)
    window = round(MATCH_WINDOW_S * record.rate_hz)
    pairs = match_beats(record.beats[counted], named.samples, window)
    false = pairs.extra[~inside(named.samples[pairs.extra], record.fibrillation)]
    return count(
        grouping.classes,
        [references[at] for at in (*pairs.reference, *pairs.missed)] + [NOBODY] * len(false),
        [names[at] for at in pairs.test]
        + [MISSED] * len(pairs.missed)
        + [names[at] for at in false],
        np.concatenate(
            (
                named.confidence[pairs.test],
                np.full(len(pairs.missed), np.nan),
                named.confidence[false],
            )
        ),
    )
