"""Positions: which turns are first, last, within seconds, and near another turn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from cscheck.errors import PackError
from cscheck.positions import Scope, Within, read_scope, read_within
from cscheck.source import Fault, Faults, Node
from cscheck.view import View

TEN = [f"@{10 * n} {'客服' if n % 2 else '客户'}：第{n}句" for n in range(10)]  # the agent's are 1 3 5 7 9


def node(text: str) -> Node:
    """Return the node of one YAML value."""
    return Node("t.yaml", yaml.compose(text, Loader=yaml.SafeLoader))


def scope(default: str, **keys: str) -> Scope:
    """Read a scope; ``default`` is the speaker where none is given."""
    faults = Faults([])
    found = read_scope({key: node(f"'{value}'") for key, value in keys.items()}, default, faults)
    if faults.problems:
        raise PackError(faults.problems)
    return found


@pytest.mark.parametrize(
    ("turns", "places", "bound"),
    [
        ("first 1", [1], "start"),
        ("first 3", [1, 3, 5], "start"),
        ("first 99", [1, 3, 5, 7, 9], "start"),
        ("last 1", [9], "end"),
        ("last 2", [7, 9], "end"),
        ("last 99", [1, 3, 5, 7, 9], "end"),
        ("last third", [7, 9], "end"),  # a third of five, rounded up
        ("1..2", [1, 3], "start"),
        ("2..-2", [3, 5, 7], None),
        ("2..4", [3, 5, 7], "start"),
        ("-3..-2", [5, 7], "end"),
        ("-2..-1", [7, 9], "end"),
        ("1..-1", [1, 3, 5, 7, 9], None),
        ("6..8", [], "start"),
        ("3..-4", [], None),
    ],
)
def test_turns(view: Callable[..., View], turns: str, places: list[int], bound: str | None) -> None:
    """Turns are counted from 1 over the speaker's own turns, from the end with a minus."""
    chosen = scope("agent", turns=turns)
    assert (chosen.places(view(TEN)), chosen.bound) == (places, bound)


@pytest.mark.parametrize(
    ("turns", "places"), [("first 2", [1, 4]), ("last 1", [5]), ("last third", [5]), ("2..-2", [4])]
)
def test_unspoken_turns_are_not_counted(view: Callable[..., View], turns: str, places: list[int]) -> None:
    """Bot, system and empty turns do not count as first or last."""
    talk = ["机器人：您好", "客服：您好", "系统：转接", "客服：", "客户：在", "客服：在", "客服： "]
    assert scope("any", turns=turns).places(view(talk)) == places


@pytest.mark.parametrize(
    ("seconds", "places", "bound"),
    [
        ("first 30", [1], "start"),  # 30 itself is outside
        ("first 30.5", [1, 3], "start"),
        ("last 20", [7, 9], "end"),
        ("last 19.5", [9], "end"),
    ],
)
def test_seconds(view: Callable[..., View], seconds: str, places: list[int], bound: str) -> None:
    """Seconds are counted from the start, or back from the last turn of anybody."""
    chosen = scope("agent", seconds=seconds)
    assert (chosen.places(view(TEN)), chosen.bound) == (places, bound)


def test_a_turn_without_time_is_outside_of_seconds(view: Callable[..., View]) -> None:
    """Where times are missing, nothing is said to lie within seconds."""
    talk = ["客服：您好", "@5 客服：在"]
    assert scope("agent", seconds="first 30").places(view(talk)) == [1]
    assert scope("agent", seconds="last 30").places(view(talk)) == [1]
    assert scope("agent", seconds="first 30").places(view(["客服：您好"])) == []


def test_turns_and_seconds_both_hold(view: Callable[..., View]) -> None:
    """With both keys a turn must satisfy both."""
    assert scope("agent", turns="first 3", seconds="first 40").places(view(TEN)) == [1, 3]


def test_keep_leaves_the_speakers_places(view: Callable[..., View]) -> None:
    """Of given places those in scope are kept, in their order."""
    assert scope("agent").keep(view(TEN), [0, 1, 8, 9]) == [1, 9]
    assert scope("any", speaker="customer").keep(view(TEN), [0, 1, 8, 9]) == [0, 8]
    assert scope("agent", turns="last 2").keep(view(TEN), [1, 7, 8]) == [7]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("turns", "first 0", "turns must be like 'first 3', 'last 3', 'last third' or '2..-2' (got 'first 0')"),
        ("turns", "3..2", "turns must be like 'first 3', 'last 3', 'last third' or '2..-2' (got '3..2')"),
        ("turns", "-2..-3", "turns must be like 'first 3', 'last 3', 'last third' or '2..-2' (got '-2..-3')"),
        ("turns", "0..2", "turns must be like 'first 3', 'last 3', 'last third' or '2..-2' (got '0..2')"),
        ("turns", "first", "turns must be like 'first 3', 'last 3', 'last third' or '2..-2' (got 'first')"),
        ("seconds", "30", "seconds must be like 'first 30' or 'last 30' (got '30')"),
        ("seconds", "last 0", "seconds must be like 'first 30' or 'last 30' (got 'last 0')"),
    ],
)
def test_faulty_positions(key: str, value: str, message: str) -> None:
    """A position that is not understood is a fault that shows the forms known."""
    with pytest.raises(PackError) as caught:
        scope("agent", **{key: value})
    assert [(problem.code, problem.message) for problem in caught.value.problems] == [("P111", message)]


def test_every_fault_of_a_scope_is_named() -> None:
    """A speaker that is not known is a fault that names those known, and it hides no other."""
    with pytest.raises(PackError) as caught:
        scope("agent", speaker="agents", turns="3..2", seconds="30")
    assert {problem.message for problem in caught.value.problems} == {
        "seconds must be like 'first 30' or 'last 30' (got '30')",
        "speaker must be one of agent, customer, bot, system, any (got 'agents'; did you mean 'agent'?)",
        "turns must be like 'first 3', 'last 3', 'last third' or '2..-2' (got '3..2')",
    }


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("3 turns", Within(turns=3)),
        ("1 turn", Within(turns=1)),
        ("30 s", Within(seconds=30)),
        ("2.5s", Within(seconds=2.5)),
    ],
)
def test_within_is_read(text: str, within: Within) -> None:
    """Within is a number of turns or of seconds."""
    assert read_within(node(text)) == within


@pytest.mark.parametrize("text", ["3", "0 turns", "2.5 turns", "0 s", "-1 turns", "three turns", "5 minutes"])
def test_faulty_within(text: str) -> None:
    """Anything else is a fault."""
    with pytest.raises(Fault) as caught:
        read_within(node(f"'{text}'"))
    assert caught.value.problem.message == f"within must be like '3 turns' or '30 s' (got {text!r})"


@pytest.mark.parametrize(
    ("within", "near"),
    [
        (Within(), [0, 2, 5, 6]),
        (Within(turns=1), [0, 2, 5]),
        (Within(seconds=50), [0, 2, 5]),
        (Within(seconds=49.5), [0, 2]),
        (Within(seconds=200), [0, 2, 5]),  # turn 6 has no time
    ],
)
def test_reach(view: Callable[..., View], within: Within, near: list[int]) -> None:
    """Turns are counted over agent and customer turns in both directions; seconds need times."""
    talk = [
        "@0 客户：一", "系统：二", "@10 客服：三", "客服：", "系统：四", "@60 客户：五", "客服：六",
    ]  # fmt: skip
    shown = view(talk)
    assert [other for other in shown.order if within.reaches(shown, 2, other)] == near


@pytest.mark.parametrize(
    ("turns", "sure"),
    [
        (None, True),
        ("first 1", True),
        ("last 2", True),
        ("last third", True),
        ("1..3", True),
        ("-3..-1", True),
        ("1..-1", True),
        ("1..-3", False),  # nothing where the agent has two turns
        ("3..-1", False),
        ("2..2", False),
        ("-3..-2", False),
    ],
)
def test_a_scope_is_sure_where_one_turn_is_enough(view: Callable[..., View], turns: str | None, sure: bool) -> None:
    """A scope is sure of a place exactly where the first and only turn of the speaker is in it."""
    chosen = scope("agent", **({} if turns is None else {"turns": turns}))
    assert (chosen.sure, bool(chosen.places(view(["客服：好的"])))) == (sure, sure)
