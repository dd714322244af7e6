"""What the tests of measuring share: a small pack, and labelled talk in one line a turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from cscheck import Checker
from cscheck.evaluate import Labelled, Labels
from cscheck.model import Conversation, Turn

PACK = Path(__file__).parent / "pack"


@pytest.fixture(scope="session")
def checker() -> Checker:
    """A checker with the rules of ``pack``: own.promise and own.sure (promise), own.fool, own.dear, own.greeting."""
    return Checker(PACK)


@pytest.fixture(scope="session")
def labelled() -> Callable[..., Labelled]:
    """Label conversations of one agent turn each: text -> categories; ids are c0, c1, …"""

    def made(*said: tuple[str, set[str]], disputed: Mapping[int, set[str]] | None = None) -> Labelled:
        doubts = {number: frozenset(names) for number, names in (disputed or {}).items()}
        return Labelled(
            tuple(Conversation(f"c{n}", (Turn("agent", text),)) for n, (text, _) in enumerate(said)),
            {
                f"c{n}": Labels({0: frozenset(gold)}, {0: doubts[n]} if n in doubts else {})
                for n, (_, gold) in enumerate(said)
            },
        )

    return made
