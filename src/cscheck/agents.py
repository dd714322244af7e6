"""From tallies to the rows of figures by agent (坐席), by team (班组) and by week (周). All intervals are at 95 %."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

from .categories import POLARITIES, Categories
from .comparison import rank_ranges, shrunken_means
from .intervals import DIGITS, mean_interval, rate_interval, share_interval
from .scheme import Scheme
from .tallies import Group, Tally

Row = dict[str, object]
LEVELS = ("all", "team", "agent")
UNKNOWN = (None, None, None)


def share_columns(categories: Categories) -> dict[tuple[str, str], str]:
    """Return the column of each (polarity, category): ``share_<category>``.

    A required category whose id is also a forbidden one (``process``) is ``share_<category>_missing``.
    """
    return {
        (polarity, category): f"share_{category}"
        + ("_missing" if polarity == "required" and category in categories.forbidden else "")
        for polarity in POLARITIES
        for category in categories.of(polarity)
    }


def agent_columns(categories: Categories) -> dict[str, type]:
    """Return the columns of the agent table in order, with their Python types (any but the first may be None)."""
    return {"agent_id": str, **_columns(categories, compared=True), "rank_low": int, "rank_high": int, "team": str}


def team_columns(categories: Categories) -> dict[str, type]:
    """Return the columns of the team table in order, with their Python types."""
    return {"team": str, "agents": int, **_columns(categories, compared=True), "rank_low": int, "rank_high": int}


def week_columns(categories: Categories) -> dict[str, type]:
    """Return the columns of the week table in order, with their Python types."""
    return {"week": str, "level": str, "team": str, "agent_id": str, **_columns(categories, compared=False)}


def _columns(categories: Categories, compared: bool) -> dict[str, type]:
    columns: dict[str, type] = {"conversations": int}
    columns |= dict.fromkeys(("score_mean", "score_low", "score_high"), float)
    columns |= {"score_shrunk": float, "shrunk_weight": float} if compared else {}
    for name in ("findings_per_100", *share_columns(categories).values()):
        columns |= dict.fromkeys(_with_ends(name), float)
    return columns | {"fatal": int, "enough_data": bool} | dict.fromkeys(_with_ends("share_passed"), float)


def _with_ends(name: str) -> tuple[str, str, str]:
    return name, f"{name}_low", f"{name}_high"


@dataclass(frozen=True)
class Figures:
    """Makes the rows of all tables from tallies.

    ``judged`` names the (polarity, category) pairs that some rule of the run judges: the shares of the others are
    None, for nobody looked.
    """

    tallies: Mapping[Group, Tally]
    categories: Categories
    scheme: Scheme
    judged: Set[tuple[str, str]]

    def agents(self) -> list[Row]:
        """Return one row for each agent with a conversation, sorted by id; a missing id is a row of its own, the last.

        ``score_mean`` with its t interval, ``score_shrunk`` (see ``shrunken_means``; None for the missing id,
        and where agents do not differ) with the ``shrunk_weight`` of the own mean in it,
        ``findings_per_100`` conversations with its gamma-Jeffreys interval, for each category the share of
        conversations with at least one finding and its Wilson interval, ``fatal`` (conversations with a fatal
        finding), ``enough_data`` (at least the scheme's ``enough_conversations``), the share of conversations that
        passed (None without a pass mark), ``rank_low`` and ``rank_high`` among those with ``enough_data`` (see
        ``rank_ranges``) and the ``team`` with most of the agent's conversations.
        """
        teams = self._teams()
        rows = self._compared("agent_id", lambda group: group.agent_id)
        return [{**row, "team": teams[row["agent_id"]]} for row in rows]

    def teams(self) -> list[Row]:
        """Return one row for each team as for agents, with its number of ``agents``; none where no team is known.

        The agents of a team are taken as given: the intervals tell how well its conversations are known, and not what
        other agents would do in it.
        """
        if all(group.team is None for group in self.tallies):
            return []
        agents = Counter[object](team for team, _ in {(group.team, group.agent_id) for group in self.tallies})
        rows = self._compared("team", lambda group: group.team)
        return [{**row, "agents": agents[row["team"]]} for row in rows]

    def weeks(self) -> list[Row]:
        """Return for each week a row of all conversations, of each team and of each agent, told apart by ``level``.

        None where no conversation has a date; those without one are the last week, which has no name.
        """
        if all(group.week is None for group in self.tallies):
            return []
        main = self._teams()
        sums: dict[tuple[str | None, str, str | None, str | None], Tally] = {}
        for group, tally in self.tallies.items():
            keys = [(group.week, "all", None, None), (group.week, "agent", main[group.agent_id], group.agent_id)]
            if any(main.values()):
                keys.append((group.week, "team", group.team, None))
            for key in keys:
                sums.setdefault(key, Tally()).merge(tally)
        ordered = sorted(sums, key=lambda key: (_last(key[0]), LEVELS.index(key[1]), _last(key[2]), _last(key[3])))
        names = ("week", "level", "team", "agent_id")
        return [{**dict(zip(names, key, strict=True)), **self._figures(sums[key])} for key in ordered]

    def _compared(self, name: str, key: Callable[[Group], str | None]) -> list[Row]:
        """Return one row for each key, sorted, with the figures that compare them; the unknown one is not compared."""
        sums = _summed(self.tallies, key)
        known: dict[str | None, Tally] = {value: tally for value, tally in sums.items() if value is not None}
        shrunk = shrunken_means(known)
        enough = {v: tally for v, tally in known.items() if tally.conversations >= self.scheme.enough_conversations}
        ranks = rank_ranges(enough)
        rows = []
        for value, tally in sums.items():
            mean, weight = shrunk.get(value) or (None, None)
            best, worst = ranks.get(value) or (None, None)
            compared = {
                # without weight it would be the common mean of all, as if that had been found of each
                "score_shrunk": round(mean, DIGITS) if mean is not None and weight else None,
                "shrunk_weight": None if weight is None else round(weight, DIGITS),
                "rank_low": best,
                "rank_high": worst,
            }
            rows.append({name: value, **self._figures(tally), **compared})
        return rows

    def _figures(self, tally: Tally) -> Row:
        number, mean = tally.conversations, tally.mean
        low, high = mean_interval(number, mean, tally.squared_deviations) or (None, None)
        rate = (tally.findings / number, *rate_interval(tally.findings, number))
        row: Row = {
            "conversations": number,
            "score_mean": round(mean, DIGITS),
            "score_low": None if low is None else round(low, DIGITS),
            "score_high": None if high is None else round(high, DIGITS),
            "fatal": tally.fatal,
            "enough_data": number >= self.scheme.enough_conversations,
        }
        row |= zip(_with_ends("findings_per_100"), (round(100 * value, DIGITS) for value in rate), strict=True)
        for pair, names in self._shares.items():
            row |= zip(names, _share(tally.seen.get(pair, 0), number) if pair in self.judged else UNKNOWN, strict=True)
        passed = UNKNOWN if self.scheme.pass_mark is None else _share(tally.passed, number)
        return row | dict(zip(_with_ends("share_passed"), passed, strict=True))

    @cached_property
    def _shares(self) -> dict[tuple[str, str], tuple[str, str, str]]:
        return {pair: _with_ends(name) for pair, name in share_columns(self.categories).items()}

    def _teams(self) -> dict[object, str | None]:
        """Return for each agent the team of most of its conversations; of two with equally many the first by name."""
        counts: dict[object, Counter[str]] = {}
        for group, tally in self.tallies.items():
            counted = counts.setdefault(group.agent_id, Counter())
            if group.team is not None:
                counted[group.team] += tally.conversations
        return {agent: min(of, key=lambda team: (-of[team], team), default=None) for agent, of in counts.items()}


@lru_cache(maxsize=65_536)  # few conversations, few hits: the same pairs stand in row after row
def _share(hits: int, number: int) -> tuple[float, ...]:
    low, high = share_interval(hits, number)
    return round(hits / number, DIGITS), round(low, DIGITS), round(high, DIGITS)


def _summed(tallies: Mapping[Group, Tally], key: Callable[[Group], str | None]) -> dict[str | None, Tally]:
    """Return the tallies summed by key, sorted by key; None is last."""
    sums: dict[str | None, Tally] = {}
    for group, tally in tallies.items():
        sums.setdefault(key(group), Tally()).merge(tally)
    return {known: sums[known] for known in sorted(sums, key=_last)}


def _last(value: str | None) -> tuple[bool, str]:
    """Return a key for sorting that puts None last."""
    return value is None, value or ""
