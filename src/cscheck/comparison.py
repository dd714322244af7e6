"""Comparing agents, or teams, with one another: shrunken means and possible ranks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from math import fsum
from typing import NamedTuple, TypeVar

from .intervals import DIGITS, mean_interval
from .tallies import Tally

K = TypeVar("K")


class Shrunken(NamedTuple):
    """A shrunken mean, and the weight (0 to 1) of the own mean in it; the rest is the common mean."""

    mean: float
    weight: float


def rank_ranges(tallies: Mapping[K, Tally]) -> dict[K, tuple[int, int]]:
    """Return for each name the best and the worst rank (名次) that its mean score may have among those given.

    One is better than another only where its interval of the mean lies wholly above the other's: those whose
    intervals touch or overlap are not ranked against each other. The best rank is 1 + how many are better, the worst
    the number of all - how many are worse (Klein, Wright, Wieczorek 2020, JRSS C 69). Where all scores of one are
    equal its interval has no width and would claim certainty, so here the variance pooled over all stands in. Empty
    below two, and without those that have a single conversation.

    For one pair this is cautious: 95 % intervals that do not meet mean a difference at the 5 % level at least, and at
    0.6 % where they are equally wide (Goldstein, Healy 1995, JRSS A 158). That each interval holds at 95 % does not
    make all of them hold together.
    """
    within = _variance_within(tallies.values())
    spans: dict[K, tuple[float, float]] = {}
    for name, tally in tallies.items():
        number = tally.conversations
        span = mean_interval(number, tally.mean, tally.squared_deviations or (within or 0.0) * (number - 1))
        if span is not None:
            spans[name] = round(span[0], DIGITS), round(span[1], DIGITS)
    if len(spans) < 2:
        return {}
    lows = sorted(low for low, _ in spans.values())
    highs = sorted(high for _, high in spans.values())
    return {
        name: (1 + len(spans) - bisect_right(lows, high), len(spans) - bisect_left(highs, low))
        for name, (low, high) in spans.items()
    }


def shrunken_means(tallies: Mapping[K, Tally]) -> dict[K, Shrunken]:
    """Return each mean score drawn towards the common mean, the more so the fewer the conversations, and its weight.

    Empirical Bayes with normal means (Morris 1983, JASA 78): ``B = t / (t + v)``, ``B * mean + (1 - B) * common``.
    ``t``, the variance between agents, is the moment estimate of DerSimonian and Laird (1986, Controlled Clinical
    Trials 7), 0 at least. ``v`` is the pooled variance within agents over the agent's number of conversations:
    pooled for all, since the own variance of a few equal scores would be 0 and claim certainty.
    Where ``t`` is 0 the agents differ no more than chance would have it, and every weight is 0. A few agents tell
    little of ``t``, and other groups of the same conversations have another one.
    The figure depends on the agents in the run. Empty below two agents, or where no agent has two conversations.
    """
    values = list(tallies.values())
    within = _variance_within(values)
    if len(values) < 2 or within is None:
        return {}
    if within == 0:
        return {agent_id: Shrunken(tally.mean, 1.0) for agent_id, tally in tallies.items()}
    between = _between_variance(values, within)
    weights = [1 / (between + within / tally.conversations) for tally in values]
    common = fsum(weight * tally.mean for weight, tally in zip(weights, values, strict=True)) / fsum(weights)
    return {
        agent_id: Shrunken(common + between * weight * (tally.mean - common), between * weight)
        for weight, (agent_id, tally) in zip(weights, tallies.items(), strict=True)
    }


def _between_variance(values: list[Tally], within: float) -> float:
    weights = [tally.conversations / within for tally in values]
    total = fsum(weights)
    common = fsum(weight * tally.mean for weight, tally in zip(weights, values, strict=True)) / total
    spread = fsum(weight * (tally.mean - common) ** 2 for weight, tally in zip(weights, values, strict=True))
    return max(0.0, (spread - (len(values) - 1)) / (total - fsum(weight * weight for weight in weights) / total))


def _variance_within(tallies: Iterable[Tally]) -> float | None:
    """Return the variance within agents, pooled over all; None where none has two conversations."""
    values = list(tallies)
    freedom = sum(tally.conversations - 1 for tally in values)
    return fsum(tally.squared_deviations for tally in values) / freedom if freedom else None
