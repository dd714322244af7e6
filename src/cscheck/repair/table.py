"""The tables of lexicons/sound: tab-separated rows of characters."""

from __future__ import annotations

from ..data import lexicons


def rows(name: str) -> list[list[str]]:
    """Return the rows of a table; lines that start with ``#`` are comments."""
    lines = (lexicons() / "sound" / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def pairs() -> dict[str, str]:
    """Return for each character those that follow it in ordinary text."""
    return {row[0]: row[1] for row in rows("pairs.tsv")}


def common_words() -> list[str]:
    """Return the common words of two characters, the most frequent first."""
    return [word for (line,) in rows("words.tsv") for word in line.split()]
