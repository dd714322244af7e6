"""Searches: what is sought in the turns of whom."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from cscheck.model import ROLES
from cscheck.normalize import fold_many
from cscheck.pack import Library
from cscheck.program import Program, compile_rules
from cscheck.search import stand

RULES = """
- when: {phrases: [保证, 打包票]}
- when: {pattern: '(到货|退款).{0,4}保证'}
- {speaker: customer, when: {pattern: '(投诉|退款).{0,4}你们'}}
"""


@pytest.fixture(scope="module")
def program(pack: Callable[..., Library]) -> Program:
    """A program that asks other things of agents than of customers."""
    library = pack(RULES)
    return compile_rules(library.rules, library.cues)


def found(program: Program, turns: list[tuple[str, str]]) -> tuple[list[tuple[int, str, int]], list[tuple[int, int]]]:
    """Return the phrases that stand (turn, phrase, start) and the entries that may match (turn, number)."""
    roles = np.array([ROLES.index(role) for role, _ in turns], np.uint8)
    hits, passed = stand(program.searches, fold_many([text for _, text in turns]), roles)
    standing = [(turn, program.literals[number], start) for turn, number, start in zip(*map(list, hits), strict=True)]
    return standing, list(zip(*map(np.ndarray.tolist, passed), strict=True))


def test_each_role_has_its_own_search(program: Program) -> None:
    """Roles of whom nothing is asked have none."""
    searched = [
        [role for role, mine in zip(ROLES, one.roles.tolist(), strict=True) if mine] for one in program.searches
    ]
    assert searched == [["agent"], ["customer"]]


def test_only_turns_of_those_who_are_asked_are_searched(program: Program) -> None:
    """What stands in the turns of others is not found; places are those of the turns as given."""
    turns = [("customer", "保证"), ("agent", "退款我保证"), ("bot", "保证"), ("customer", ""), ("customer", "投诉你们")]
    assert found(program, turns) == ([(1, "保证", 3)], [(1, 0), (4, 1)])


@pytest.mark.parametrize("role", ROLES)
def test_no_turns_and_turns_of_one_role_alone_are_searched(program: Program, role: str) -> None:
    """Nothing stands in nothing, and an empty last turn has a place to stand."""
    assert found(program, []) == ([], [])
    assert found(program, [(role, "打包票"), (role, "")]) == ([(0, "打包票", 0)] if role == "agent" else [], [])
