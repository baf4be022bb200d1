"""What a beat is to the rhythm: by its symbol, or by timing and shape where nobody named it.

A kind is one letter, so that a series of beats is a string and a pattern a suffix of it:

    N  normal, escape or late     /  paced
    V  ventricular, named so      W  unnamed, premature and of another shape
    F  a fusion of V and N, named so: part of a run, no ectopic beat by itself
    S  supraventricular, premature, named so
    P  unnamed, premature, of the usual shape (or of unknown shape)
    O  unnamed, of another shape, yet not premature
"""

ECTOPIC = "VWSP"
RUN = 3  # ectopic beats in a row

PREMATURE = 0.86  # an unnamed beat is premature below this share of the typical interval
OTHER_SHAPE = 0.75  # and of another shape below this correlation with the beat template
USUAL_SHAPE = 0.85  # only above does an unnamed beat speak of the atria: chosen on mitdb DS1
CARRIED_ON = 1.1  # a run goes on while its intervals are below this share of the typical one

_NAMED = {symbol: kind for kind, symbols in {
    "N": "NLRBejn",
    "V": "VEr",
    "F": "F",
    "S": "AaJS",
    "/": "/f",
}.items() for symbol in symbols}  # fmt: skip


def kind_of(symbol: str, rr_s: float, typical_s: float, agreement: float, previous: str) -> str:
    """The kind of a beat `rr_s` after the one of kind `previous`.

    `typical_s` is the median of the last intervals (in bigeminy: the mean of short and long), 0
    while unknown. In a run the median soon follows the run; an unnamed beat of another shape
    right after an ectopic one therefore carries it on, premature or not.
    """
    named = _NAMED.get(symbol)
    if named is not None:
        return named
    other_shape = agreement != 0.0 and agreement < OTHER_SHAPE
    if rr_s < PREMATURE * typical_s:
        return "W" if other_shape else "P"
    if not other_shape:
        return "N"
    return "W" if previous in "VW" and rr_s < CARRIED_ON * typical_s else "O"


def speaks_of_atria(symbol: str, agreement: float) -> bool:
    """Whether a beat is taken to be conducted from the atria, so that its timing tells of them.

    The stricter of two limits: a normal beat left out costs the AF likelihood little, a ventricular
    one left in much. An agreement of 0 is unknown, not bad.
    """
    named = _NAMED.get(symbol)
    if named is not None:
        return named not in "VF"
    return agreement == 0.0 or agreement >= USUAL_SHAPE
