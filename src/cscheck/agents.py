"""From the scores of conversations to one row of figures for each agent (坐席), with intervals.

Tallies hold whole numbers only, so the figures do not depend on the order of conversations or on how they were
shared among workers. All intervals are at 95 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import fsum, sqrt

from .categories import POLARITIES, Categories
from .scheme import Scheme

UPPER = 0.975  # the upper end of a two-sided 95 % interval
DIGITS = 6  # figures are rounded so that tables are byte-identical


@dataclass
class AgentTally:
    """The sums over one agent's conversations; scores in hundredths, ``seen`` by (polarity, category)."""

    conversations: int = 0
    score_sum: int = 0
    score_squares: int = 0
    findings: int = 0
    fatal: int = 0
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, score: int, findings: int, fatal: bool, seen: Iterable[tuple[str, str]]) -> None:
        """Count one conversation part.

        ``score`` in hundredths, ``findings`` how many, ``fatal`` whether one of them was; ``seen`` the
        (polarity, category) of each finding, where repetitions count once.
        """
        self.conversations += 1
        self.score_sum += score
        self.score_squares += score * score
        self.findings += findings
        self.fatal += bool(fatal)
        for pair in set(seen):
            self.seen[pair] = self.seen.get(pair, 0) + 1

    def merge(self, other: AgentTally) -> None:
        """Add what another worker has counted for the same agent."""
        self.conversations += other.conversations
        self.score_sum += other.score_sum
        self.score_squares += other.score_squares
        self.findings += other.findings
        self.fatal += other.fatal
        for pair, number in other.seen.items():
            self.seen[pair] = self.seen.get(pair, 0) + number

    @property
    def mean(self) -> float:
        """The mean score in points (0-100)."""
        return self.score_sum / (100 * self.conversations)

    @property
    def squared_deviations(self) -> float:
        """The sum of squared deviations from the mean, in squared points; the numerator is exact."""
        return (self.conversations * self.score_squares - self.score_sum**2) / (10_000 * self.conversations)


def merge_tallies(parts: Iterable[Mapping[str | None, AgentTally]]) -> dict[str | None, AgentTally]:
    """Return the tallies of several workers or files as one mapping; the parts stay as they are."""
    merged: dict[str | None, AgentTally] = {}
    for part in parts:
        for agent_id, tally in part.items():
            merged.setdefault(agent_id, AgentTally()).merge(tally)
    return merged


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
    """Return the columns of the agent table in order, with their Python types (any float may be None)."""
    columns: dict[str, type] = {"agent_id": str, "conversations": int}
    columns |= dict.fromkeys(("score_mean", "score_low", "score_high", "score_shrunk"), float)
    columns |= dict.fromkeys(("findings_per_100", "findings_per_100_low", "findings_per_100_high"), float)
    for name in share_columns(categories).values():
        columns |= dict.fromkeys((name, f"{name}_low", f"{name}_high"), float)
    return columns | {"fatal": int, "enough_data": bool}


def agent_rows(
    tallies: Mapping[str | None, AgentTally], categories: Categories, scheme: Scheme
) -> list[dict[str, object]]:
    """Return one row for each agent with a conversation, sorted by id; a missing id is a row of its own, the last.

    ``score_mean`` with its t interval, ``score_shrunk`` (see ``shrunken_means``; None for the missing id),
    ``findings_per_100`` conversations with its gamma-Jeffreys interval, for each category the share of conversations
    with at least one finding and its Wilson interval, ``fatal`` (conversations with a fatal finding), and
    ``enough_data`` (at least the scheme's ``enough_conversations``).
    """
    named = {agent_id: tallies[agent_id] for agent_id in sorted(key for key in tallies if key is not None)}
    counted: dict[str | None, AgentTally] = {key: tally for key, tally in named.items() if tally.conversations}
    shrunk = shrunken_means(counted)
    if None in tallies and tallies[None].conversations:
        counted[None] = tallies[None]
    shares = share_columns(categories)
    rows = []
    for agent_id, tally in counted.items():
        number = tally.conversations
        row: dict[str, object] = {"agent_id": agent_id, "conversations": number, "score_mean": tally.mean}
        row["score_low"], row["score_high"] = mean_interval(tally) or (None, None)
        row["score_shrunk"] = shrunk.get(agent_id)
        row["findings_per_100"] = 100 * tally.findings / number
        low, high = rate_interval(tally.findings, number)
        row["findings_per_100_low"], row["findings_per_100_high"] = 100 * low, 100 * high
        for pair, name in shares.items():
            hits = tally.seen.get(pair, 0)
            row[name] = hits / number
            row[f"{name}_low"], row[f"{name}_high"] = share_interval(hits, number)
        row["fatal"] = tally.fatal
        row["enough_data"] = number >= scheme.enough_conversations
        rows.append({name: round(value, DIGITS) if isinstance(value, float) else value for name, value in row.items()})
    return rows


def mean_interval(tally: AgentTally) -> tuple[float, float] | None:
    """Return Student's t interval of the mean score, clipped to 0-100; None below two conversations."""
    number = tally.conversations
    if number < 2:
        return None
    half = _t_quantile(number - 1) * sqrt(tally.squared_deviations / (number - 1) / number)
    return max(0.0, tally.mean - half), min(100.0, tally.mean + half)


def rate_interval(events: int, exposure: int) -> tuple[float, float]:
    """Return the equal-tailed interval of a Poisson rate per unit of exposure under Jeffreys' prior.

    The posterior is Gamma(events + 1/2) / exposure (Jeffreys 1946; Brown, Cai, DasGupta 2003, Statistica Sinica 13).
    With no event the lower end is a little above 0.
    """
    low, high = _gamma_quantiles(events + 0.5)
    return low / exposure, high / exposure


def share_interval(hits: int, number: int) -> tuple[float, float]:
    """Return the score interval of a share (Wilson 1927, JASA 22).

    The closed form with the library's normal quantile: ``scipy.stats.binomtest(...).proportion_ci("wilson")`` gives
    the same numbers but computes a test as well, which takes 0.2 ms and more for each of an agent's categories.
    """
    z = _normal_quantile()
    share, part = hits / number, z * z / number
    centre = (share + part / 2) / (1 + part)
    half = z / (1 + part) * sqrt(share * (1 - share) / number + part / (4 * number))
    return (max(0.0, centre - half) if hits else 0.0), (min(1.0, centre + half) if hits < number else 1.0)


def shrunken_means(tallies: Mapping[str | None, AgentTally]) -> dict[str | None, float]:
    """Return each agent's mean score drawn towards the common mean, the more so the fewer the conversations.

    Empirical Bayes with normal means (Morris 1983, JASA 78): ``B = t / (t + v)``, ``B * mean + (1 - B) * common``.
    ``t``, the variance between agents, is the moment estimate of DerSimonian and Laird (1986, Controlled Clinical
    Trials 7), 0 at least. ``v`` is the pooled variance within agents over the agent's number of conversations:
    pooled for all, since the own variance of a few equal scores would be 0 and claim certainty.
    The figure depends on the agents in the run. Empty below two agents, or where no agent has two conversations.
    """
    values = list(tallies.values())
    freedom = sum(tally.conversations - 1 for tally in values)
    if len(values) < 2 or freedom == 0:
        return {}
    within = fsum(tally.squared_deviations for tally in values) / freedom
    if within == 0:
        return {agent_id: tally.mean for agent_id, tally in tallies.items()}
    between = _between_variance(values, within)
    weights = [1 / (between + within / tally.conversations) for tally in values]
    common = fsum(weight * tally.mean for weight, tally in zip(weights, values, strict=True)) / fsum(weights)
    return {
        agent_id: common + between * weight * (tally.mean - common)
        for weight, (agent_id, tally) in zip(weights, tallies.items(), strict=True)
    }


def _between_variance(values: list[AgentTally], within: float) -> float:
    weights = [tally.conversations / within for tally in values]
    total = fsum(weights)
    common = fsum(weight * tally.mean for weight, tally in zip(weights, values, strict=True)) / total
    spread = fsum(weight * (tally.mean - common) ** 2 for weight, tally in zip(weights, values, strict=True))
    return max(0.0, (spread - (len(values) - 1)) / (total - fsum(weight * weight for weight in weights) / total))


# scipy is imported on first use only: a run that needs no agent table should not pay for it.
@lru_cache(maxsize=1)
def _normal_quantile() -> float:
    from scipy.special import ndtri

    return float(ndtri(UPPER))


@lru_cache(maxsize=4096)
def _t_quantile(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, UPPER))


@lru_cache(maxsize=4096)
def _gamma_quantiles(shape: float) -> tuple[float, float]:
    from scipy.special import gammaincinv

    return float(gammaincinv(shape, 1 - UPPER)), float(gammaincinv(shape, UPPER))
