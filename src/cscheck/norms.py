"""The shipped register of norms (规范): what the source documents require and ban."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import yaml

from .data import lexicons
from .source import Loader


@dataclass(frozen=True, slots=True)
class Norm:
    """One duty or ban (规范) with the sentence it rests on.

    ``polarity``: required, forbidden, encouraged (advice, never a finding) or discouraged. ``severity`` is a
    suggestion, the pack decides. ``channel``: call, chat or both. ``pack``: the setting it belongs to. ``observable``:
    what a check would need (text, text+time, metadata, cross-conversation, or partly: only traces in the text).
    ``category`` is that of a finding against the norm. ``document`` and ``quote``: where it is written, word for word.
    """

    id: str
    title: str
    category: str
    polarity: str
    severity: str
    channel: str
    pack: str
    observable: str
    document: str
    quote: str


@cache
def load_norms() -> Mapping[str, Norm]:
    """Return the norms by id, in the order of the register; the mapping is read-only and read once a process.

    The register is shipped data, so its contents are checked by the tests and not at every start.

    Raises:
        FileNotFoundError: the data files are missing.
        TypeError: an entry lacks a field or has an unknown one.
    """
    entries = yaml.load((lexicons() / "norms.yaml").read_bytes(), Loader=Loader)
    norms = (Norm(**entry) for entry in entries)
    return MappingProxyType({norm.id: norm for norm in norms})
