"""Contents (内容) of a workbook: the result tables, and what they were judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..categories import Categories
from ..rule import Rule
from ..scheme import Scheme
from .source import Source, count

TITLES = {"agents": "坐席", "teams": "班组", "weeks": "周"}
LACKING = "缺"  # before the title of a required thing: so it reads as missing


@dataclass(frozen=True)
class Contents:
    """What goes into a workbook: the result tables by name, the excerpts, and what was judged by.

    ``tables`` has agents, teams, weeks, conversations, findings and rejects; ``excerpts`` is row by row beside the
    findings; ``record`` is what ``run.json`` says, ``names`` the agents' names by id.
    """

    tables: Mapping[str, Source]
    excerpts: Source
    rules: Mapping[str, Rule]
    categories: Categories
    scheme: Scheme
    record: Mapping[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def figures(self) -> dict[str, Source]:
        """The tables of figures that have rows, by title of their sheets; that of the agents always."""
        return {
            title: self.tables[name] for name, title in TITLES.items() if name == "agents" or count(self.tables[name])
        }
