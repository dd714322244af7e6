"""The figures of agents, teams and weeks: worked by hand, and the same in whatever order they were counted."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from cscheck.agents import Figures, Row, agent_columns, share_columns, team_columns, week_columns
from cscheck.categories import load_categories
from cscheck.schemefile import load_scheme
from cscheck.tallies import Group, Tally

CATEGORIES = load_categories()
STANDARD = load_scheme("standard")
JUDGED = frozenset((polarity, name) for polarity in ("forbidden", "required") for name in CATEGORIES.of(polarity))


def tally_of(*scores: int) -> Tally:
    """Return the tally of conversations with these scores (in points) and no findings."""
    tally = Tally()
    for score in scores:
        tally.add(score * 100, 0, False, score >= 60, ())
    return tally


def figures(tallies: dict[tuple[str | None, str | None, str | None], Tally]) -> Figures:
    return Figures({Group(*key): tally for key, tally in tallies.items()}, CATEGORIES, STANDARD, JUDGED)


def picked(rows: list[Row], *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_rows_sorted_and_missing_id_last_and_never_compared() -> None:
    """Rows go by id, the missing id last; it is neither shrunk nor ranked and does not change the figures of others."""
    known = {("b", None, None): tally_of(60, 70), ("a", None, None): tally_of(80, 90)}
    rows = figures({(None, None, None): tally_of(0, 10), **known}).agents()
    assert picked(rows, "agent_id") == [("a",), ("b",), (None,)]
    assert rows[:2] == figures(known).agents()
    assert picked(rows[2:], "score_mean", "score_shrunk", "rank_low") == [(5.0, None, None)]


def test_shrunk_means_tell_the_weight_of_the_own_mean() -> None:
    """Own mean and common mean are weighed; where rows differ by chance alone, the weight is 0 and no mean is said."""
    apart = {("a", None, None): tally_of(80, 90), ("b", None, None): tally_of(60, 70), ("c", None, None): tally_of(100)}
    assert picked(figures(apart).agents(), "score_shrunk", "shrunk_weight") == [
        (84.805195, 0.909091), (66.623377, 0.909091), (97.142857, 0.833333),
    ]  # fmt: skip
    alike = {("a", None, None): tally_of(0, 100), ("b", None, None): tally_of(10, 90, 80)}
    assert picked(figures(alike).agents(), "score_shrunk", "shrunk_weight") == [(None, 0.0), (None, 0.0)]


def test_row_in_full() -> None:
    """One row has every column of the contract, rounded to six decimals."""
    tally = tally_of(*[90] * 30)
    tally.add(0, 5, True, False, [("required", "process"), ("forbidden", "process")])
    [row] = figures({("007", "夜班", None): tally}).agents()
    assert set(row) == set(agent_columns(CATEGORIES))
    shown = {name: row[name] for name in row if not name.startswith("share_") or "process" in name or "passed" in name}
    assert shown == {
        "agent_id": "007",
        "conversations": 31,
        "score_mean": 87.096774,
        "score_low": 81.167596,
        "score_high": 93.025952,
        "score_shrunk": None,
        "shrunk_weight": None,
        "findings_per_100": 16.129032,
        "findings_per_100_low": 6.154433,
        "findings_per_100_high": 35.354918,
        "share_process": 0.032258,
        "share_process_low": 0.005717,
        "share_process_high": 0.161941,
        "share_process_missing": 0.032258,
        "share_process_missing_low": 0.005717,
        "share_process_missing_high": 0.161941,
        "fatal": 1,
        "enough_data": True,
        "share_passed": 0.967742,
        "share_passed_low": 0.838059,
        "share_passed_high": 0.994283,
        "rank_low": None,
        "rank_high": None,
        "team": "夜班",
    }
    assert row["share_blame_high"] == 0.110255


def test_ranks_need_enough_data() -> None:
    """Thirty conversations are enough by the standard scheme; who has 29 has no rank and takes none from the others."""
    rows = figures(
        {("a", None, None): tally_of(*[89, 91] * 15), ("b", None, None): tally_of(*[59, 61] * 15),
         ("c", None, None): tally_of(*[99] * 29)}
    ).agents()  # fmt: skip
    assert picked(rows, "enough_data", "rank_low", "rank_high") == [(True, 1, 1), (True, 2, 2), (False, None, None)]


def test_no_pass_mark_no_share() -> None:
    """Without a pass mark nobody can pass or fail, so the share is None and not 0."""
    open_ended = replace(figures({("a", None, None): tally_of(90)}), scheme=replace(STANDARD, pass_mark=None))
    assert picked(open_ended.agents(), "share_passed", "share_passed_low") == [(None, None)]


def test_share_columns_are_distinct() -> None:
    """Every category of either polarity has a column of its own."""
    names = share_columns(CATEGORIES)
    assert len(set(names.values())) == len(names) == 32
    assert (names["forbidden", "process"], names["required", "process"]) == ("share_process", "share_process_missing")


SHIFTS = {
    ("7001", "早班", "2026-W46"): tally_of(90, 80),
    ("7001", "早班", "2026-W47"): tally_of(70),
    ("7001", "夜班", "2026-W47"): tally_of(60),
    ("7002", "夜班", "2026-W47"): tally_of(50, 40),
    ("7003", None, None): tally_of(100),
}


def test_an_agent_belongs_to_the_team_of_most_conversations() -> None:
    """An agent who worked in two teams is shown under the one with more conversations, and counts in both."""
    rows = figures(SHIFTS).agents()
    assert picked(rows, "agent_id", "team", "conversations") == [
        ("7001", "早班", 4),
        ("7002", "夜班", 2),
        ("7003", None, 1),
    ]
    equal = figures({("a", "乙", None): tally_of(1), ("a", "丙", None): tally_of(1), ("a", None, None): tally_of(1, 1)})
    assert picked(equal.agents(), "team") == [("丙",)]


def test_teams() -> None:
    """A team's figures are those of all its conversations; those without a team are the last row, not compared."""
    rows = figures(SHIFTS).teams()
    assert set(rows[0]) == set(team_columns(CATEGORIES))
    assert picked(rows, "team", "agents", "conversations", "score_mean") == [
        ("夜班", 2, 3, 50.0), ("早班", 1, 3, 80.0), (None, 1, 1, 100.0),
    ]  # fmt: skip
    assert rows[2]["score_shrunk"] is None


def test_weeks() -> None:
    """Each week has a row of all, of each team and of each agent; what has no date stands last, and keeps its agent."""
    rows = figures(SHIFTS).weeks()
    assert set(rows[0]) == set(week_columns(CATEGORIES))
    assert picked(rows, "week", "level", "team", "agent_id", "conversations", "score_mean") == [
        ("2026-W46", "all", None, None, 2, 85.0),
        ("2026-W46", "team", "早班", None, 2, 85.0),
        ("2026-W46", "agent", "早班", "7001", 2, 85.0),
        ("2026-W47", "all", None, None, 4, 55.0),
        ("2026-W47", "team", "夜班", None, 3, 50.0),
        ("2026-W47", "team", "早班", None, 1, 70.0),
        ("2026-W47", "agent", "夜班", "7002", 2, 45.0),
        ("2026-W47", "agent", "早班", "7001", 2, 65.0),
        (None, "all", None, None, 1, 100.0),
        (None, "team", None, None, 1, 100.0),
        (None, "agent", None, "7003", 1, 100.0),
    ]


def test_no_team_no_week_no_rows() -> None:
    """Where no conversation names a team the team table is empty, and where none has a date the week table."""
    undated = figures({("a", None, None): tally_of(90)})
    assert (undated.teams(), undated.weeks()) == ([], [])
    dated = figures({("a", None, "2026-W47"): tally_of(90)})
    assert picked(dated.weeks(), "level", "agent_id") == [("all", None), ("agent", "a")]


def _tallied(parts: list[tuple[int, int, bool]]) -> Tally:
    tally = Tally()
    for score, findings, fatal in parts:
        tally.add(score, findings, fatal, score >= 6000, [("forbidden", "blame")] * findings)
    return tally


GROUPS = st.builds(
    Group,
    st.sampled_from(["a", "b", "c", None]),
    st.sampled_from(["x", "y", None]),
    st.sampled_from(["2026-W47", None]),
)
TALLIES = st.dictionaries(
    GROUPS,
    st.lists(st.tuples(st.integers(0, 10000), st.integers(0, 9), st.booleans()), min_size=1, max_size=4).map(_tallied),
    max_size=8,
)


@given(TALLIES)
@settings(deadline=None)
def test_intervals_hold_their_figures(tallies: dict[Group, Tally]) -> None:
    """Every mean and share lies within its interval, and within its range."""
    made = Figures(tallies, CATEGORIES, STANDARD, JUDGED)
    for row in (*made.agents(), *made.teams(), *made.weeks()):
        shares = ((name, 1.0) for name in (*share_columns(CATEGORIES).values(), "share_passed"))
        for name, top in [("score", 100.0), *shares]:
            low, high = row[f"{name}_low"], row[f"{name}_high"]
            figure = row["score_mean" if name == "score" else name]
            assert isinstance(figure, float)
            assert (low is None and row["conversations"] == 1) or (
                isinstance(low, float) and isinstance(high, float) and 0.0 <= low <= figure <= high <= top
            )


@given(TALLIES)
@settings(deadline=None)
def test_the_order_of_counting_is_irrelevant(tallies: dict[Group, Tally]) -> None:
    """Tallies that arrived in another order give the same rows in the same order."""
    made = Figures(tallies, CATEGORIES, STANDARD, JUDGED)
    again = Figures(dict(reversed(tallies.items())), CATEGORIES, STANDARD, JUDGED)
    assert (again.agents(), again.teams(), again.weeks()) == (made.agents(), made.teams(), made.weeks())
