"""Labels (人工标注): what annotators said about conversations, as values, whatever file it stood in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from ..categories import load_categories
from ..errors import InputError, Problem
from ..model import Conversation
from ..readers.lexicon import fold_name

# What annotators of turns look for by the code book; a sheet with a column for each category says itself what it holds.
CODE_BOOK = frozenset(
    [
        *("promise", "unauthorised", "blame", "refuse", "evade", "perfunctory", "impatient", "challenge", "insult"),
        *("threat", "disparage", "offplatform", "privacy", "deferral", "command"),
    ]
)
STATUSES = ("present", "absent", "na")
_CLEAN = frozenset(
    map(
        fold_name,
        (
            "无",
            "没有",
            "正常",
            "合规",
            "合格",
            "通过",
            "无违规",
            "未违规",
            "不违规",
            "没有违规",
            "没问题",
            "否",
            "-",
            "—",
            "clean",
            "none",
            "ok",
            "no",
            "0",
            "[]",
        ),
    )
)
SEPARATORS = r",，、;；|/\s"  # of labels in one cell, as they stand in a set of characters
_BETWEEN = re.compile(f"[{SEPARATORS}]+")


@dataclass(frozen=True)
class Labels:
    """The labels of one conversation.

    Args:
        forbidden: for each judged agent turn (its turn_index) the categories it violates; a clean turn has none.
        disputed: for a judged turn the categories that count neither way, because annotators differed (存疑).
        required: for each judged duty its status: ``present``, ``absent`` or ``na`` (不适用).
        judged: the forbidden categories that the annotators looked for; nothing is said about any other.
    """

    forbidden: Mapping[int, frozenset[str]] = field(default_factory=dict)
    disputed: Mapping[int, frozenset[str]] = field(default_factory=dict)
    required: Mapping[str, str] = field(default_factory=dict)
    judged: frozenset[str] = CODE_BOOK


@dataclass(frozen=True)
class Labelled:
    """Labelled conversations: ``labels`` by conversation id; ``rejected`` input rows that could not be used."""

    conversations: tuple[Conversation, ...] = ()
    labels: Mapping[str, Labels] = field(default_factory=dict)
    rejected: int = 0


def join(parts: Iterable[Labelled]) -> Labelled:
    """Return several files as one set.

    Raises:
        InputError: I152, a conversation stands in two files.
    """
    conversations: list[Conversation] = []
    labels: dict[str, Labels] = {}
    rejected = 0
    for part in parts:
        both = sorted(labels.keys() & part.labels.keys())
        if both:
            raise InputError([twice(name, "labelled files") for name in both])
        conversations += part.conversations
        labels |= part.labels
        rejected += part.rejected
    return Labelled(tuple(conversations), labels, rejected)


def twice(conversation_id: str, where: str, line: int = 0) -> Problem:
    """Return the fault of an id that is given twice."""
    return Problem(where, line, 0, "I152", f"the conversation {conversation_id!r} is labelled twice: keep one of them")


def category_of(word: str, polarity: str = "forbidden") -> str | None:
    """Return the category that a word names, by its id or its Chinese title; None where it is none."""
    return _names(polarity).get(fold_name(word))


def categories_in(text: str) -> frozenset[str]:
    """Return the categories listed in a cell (``promise、推诿``); words for a clean turn (无, clean) are none.

    Raises:
        ValueError: a word is no forbidden category; it is the argument.
    """
    if fold_name(text) in _CLEAN:
        return frozenset()
    found = set()
    for word in filter(None, _BETWEEN.split(text.strip(" []\"'"))):
        category = category_of(word.strip("\"'"))
        if category is None:
            raise ValueError(word)
        found.add(category)
    return frozenset(found)


def checked(categories: Iterable[object], polarity: str = "forbidden") -> frozenset[str]:
    """Return category ids as a set.

    Raises:
        ValueError: one is not in the list of categories; it is the argument.
    """
    known = load_categories().of(polarity)
    found = list(categories)
    for name in found:
        if not isinstance(name, str) or name not in known:
            raise ValueError(str(name))
    return frozenset(map(str, found))


def unknown(word: str, polarity: str = "forbidden") -> str:
    """Return the message for a word that is no category."""
    known = {name: f"{name} {category.title}" for name, category in load_categories().of(polarity).items()}
    near = [told for told in known.values() if word in told] if len(word) > 1 else []
    meant = f" (did you mean {near[0]}?)" if len(near) == 1 else ""
    return f"{word!r} is no {polarity} category (类别){meant}; known are: {', '.join(known.values())}"


@cache  # the shipped list does not change while the program runs
def _names(polarity: str) -> Mapping[str, str]:
    names = {}
    for name, category in load_categories().of(polarity).items():
        for spelling in (name, category.title, f"{category.title}{name}", f"{name}{category.title}"):
            names[fold_name(spelling)] = name
    return names
