"""Any phrase of one or more characters, found by an index of words: what the words are.

Chinese has no spaces, and an index of three-letter pieces finds nothing for the two-character words
that its users type (占道, 井盖). So every Chinese character is a word of its own, and a phrase is
words in a row. Letters and digits would make words that occur everywhere; they are cut into
overlapping pieces of three, so that any part of a number is found too.
"""

from __future__ import annotations

import re
from typing import NamedTuple

PIECE = 3
_RUN = re.compile(r"[a-z0-9]+|[^\W_]")


class Phrase(NamedTuple):
    """Words that must stand in a row; the last may be the beginning of a longer one.

    `is_exact`: every text that holds these words holds what was typed. It is not where there was
    punctuation, or where there may be some in between.
    """

    words: tuple[str, ...]
    open_end: bool
    is_exact: bool


def words_of(text: str) -> list[str]:
    """The words of a text in their order, as the index keeps them. Punctuation is none."""
    return [word for run in _RUN.findall(text.lower()) for word in _pieces(run)]


def phrase_of(typed: str) -> Phrase | None:
    """What to look for if this was typed; None if there is no word in it.

    The index finds every text that holds what was typed, and perhaps some where punctuation stands
    in between: whoever wants it exact looks at those again.
    """
    runs = _RUN.findall(typed.lower())
    if not runs:
        return None
    *before, last = runs
    one = len(typed) == 1 or (len(runs) == 1 and last == typed.lower() and len(last) <= PIECE)
    words = [word for run in before for word in _pieces(run)]
    if not last.isascii():
        return Phrase((*words, last), open_end=False, is_exact=one)
    # Where the typed part of a number ends, the number may go on.
    full = [last[at : at + PIECE] for at in range(len(last) - PIECE + 1)]
    return Phrase((*words, *(full or [last])), open_end=not full, is_exact=one)


def _pieces(run: str) -> list[str]:
    if not run.isascii():
        return [run]
    return [run[at : at + PIECE] for at in range(len(run))]
