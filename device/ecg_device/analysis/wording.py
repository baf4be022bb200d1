"""How an answer is worded for a user, the same live, in the table and in the files."""


def inconclusive(reason: str) -> str:
    """An answer that cannot be given."""
    return f"INCONCLUSIVE: {reason}"


def answer(words: str, reason: str | None) -> str:
    """What is known, or why it is not."""
    return inconclusive(reason) if reason else words


def rhythm(name: str, reason: str | None) -> str:
    """What was seen, with why it is no rhythm where it is none: a reason never hides a pause."""
    if not reason:
        return name
    return inconclusive(reason) if name == reason else f"{name} ({inconclusive(reason)})"
