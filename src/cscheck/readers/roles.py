"""Who speaks and over which channel: the values of the role and channel columns."""

from __future__ import annotations

import re
from typing import NamedTuple

from .lexicon import ColumnMapping, fold_name, lexicon

# An id or name behind the role: in brackets, set off by a blank, dash or #, or Latin letters and digits at once.
_TAIL = re.compile(
    r"""\s*(?:
        [(（\[【<]\s*(?P<inside>[^()（）\[\]【】<>]{1,30}?)\s*[)）\]】>]
      | [\s\-_#—]+(?P<after>[^\s\-_#—:：，。,()（）]{1,12})
      | (?P<joined>[0-9A-Za-z]{1,20})
    )\s*(?:号)?\s*""",
    re.VERBOSE,
)


class Speaker(NamedTuple):
    """A role and, where the value names one, the speaker's id or name."""

    role: str
    name: str | None


def speaker_of(value: str, mapping: ColumnMapping) -> Speaker | None:
    """Return who a role value means, or None where it is unknown.

    The mapping goes first, then the lexicon's words, then a word with an id or name behind it
    (``客服(A01)``, ``坐席1001``, ``客服 小林``). Numbers are never guessed: channel 0 is the agent in one
    system and the customer in the next.
    """
    known = {fold_name(word): role for word, role in mapping.roles.items()}
    roles = {**lexicon().roles, **known}
    whole = roles.get(fold_name(value))
    if whole is not None:
        return Speaker(whole, None)
    for length in range(min(len(value) - 1, 24), 0, -1):
        role = roles.get(fold_name(value[:length]))
        tail = _TAIL.fullmatch(value, length) if role else None
        if role and tail:
            joined = tail["joined"]
            if joined and joined[0].isalpha() and value[length - 1].isascii() and value[length - 1].isalpha():
                continue  # the word goes on: "agents", "userlist"
            return Speaker(role, tail["inside"] or tail["after"] or joined)
    return None


def channel_of(value: str, mapping: ColumnMapping) -> tuple[str | None, bool]:
    """Return ``call``, ``chat`` or None for the value of a channel column, and whether a listed word is all of it.

    A value that begins with a listed word counts too (电话呼入, call-sentence).
    """
    known = {fold_name(word): channel for word, channel in mapping.channels.items()}
    channels = {**lexicon().channels, **known}
    text = fold_name(value)
    if text in channels:
        return channels[text], True
    for word in sorted(channels, key=len, reverse=True):
        rest = value.strip()[len(word) :]
        latin = word.isascii() and rest[:1].isascii() and rest[:1].isalnum()
        if text.startswith(word) and not latin:
            return channels[word], False
    return None, False


def unknown_role(value: str) -> str:
    """Return the reason for the rejection of a row whose role is not known."""
    words = lexicon().role_words
    known = "; ".join(f"{role}: {', '.join(words[role][1:4])}" for role in words)
    hint = "; speaker numbers need a role mapping" if value.strip().isdigit() else ""
    return f"unknown role {value[:40]!r} (known are {known} …{hint})"
