"""What a Chinese name is found by: its pinyin and their initials. The one home of pypinyin."""

from __future__ import annotations


def initials(text: str) -> str:
    """The first letters of each character's pinyin, as `zdjy` for 占道经营."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text.lower(), style=Style.FIRST_LETTER))


def keywords(*texts: str) -> str:
    """The texts in small letters, and for each the pinyin without tones and the initials.

    A character with several readings is taken in its commonest one.
    """
    from pypinyin import Style, lazy_pinyin  # loads a dictionary: only when something is written

    found = []
    for text in filter(None, texts):
        small = text.lower()
        found.append(small)
        whole = "".join(lazy_pinyin(small))
        if whole != small:
            found.append(whole)
            found.append("".join(lazy_pinyin(small, style=Style.FIRST_LETTER)))
    return " ".join(found)
