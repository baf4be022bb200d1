"""How an answer is worded for a user, the same live, in the table and in the files."""


def inconclusive(reason: str) -> str:
    """An answer that cannot be given."""
    return f"INCONCLUSIVE: {reason}"


def answer(words: str, reason: str | None) -> str:
    """What is known, or why it is not."""
    return inconclusive(reason) if reason else words
