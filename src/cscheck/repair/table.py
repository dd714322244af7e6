"""What the tables of lexicons/sound say of ordinary text."""

from __future__ import annotations

from ..data import lexicons, rows


def pairs() -> dict[str, str]:
    """Return for each character those that follow it in ordinary text."""
    return {row[0]: row[1] for row in rows(lexicons() / "sound" / "pairs.tsv")}


def common_words() -> list[str]:
    """Return the common words of two characters, the most frequent first."""
    return [word for (line,) in rows(lexicons() / "sound" / "words.tsv") for word in line.split()]
