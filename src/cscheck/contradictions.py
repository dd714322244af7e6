"""What in a scheme (评分方案) cannot be meant: settings that contradict each other, or that nothing ever reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from .categories import Categories
from .model import SEVERITIES
from .rule import Rule
from .scheme import FULL, Override, Scheme

Wrong = tuple[list[str], str]  # the keys of the file that it may be blamed on, and what is wrong


def contradictions(scheme: Scheme) -> Iterator[Wrong]:
    """Yield what is surely wrong with a scheme whose parts can each be read, whatever the rules are."""
    yield from _earning(scheme)
    yield from _reach(scheme)
    yield from _prices(scheme)


def beyond_dimension(
    scheme: Scheme, rules: Mapping[str, Rule], categories: Categories
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield what is wrong with points and caps above what their dimension costs at most, by their keys in the file.

    A dimension that costs nothing at all is switched off, whatever is said of its rules.
    """
    said: list[tuple[tuple[str, ...], str, str, Override]] = [
        (("categories", polarity, category), polarity, category, override)
        for (polarity, category), override in scheme.categories.items()
    ]
    said += [
        (("rules", name), rules[name].polarity, rules[name].category, override)
        for name, override in scheme.rules.items()
        if name in rules
    ]
    for path, polarity, category, override in said:
        dimension = categories.dimension_of(polarity, category)
        most = scheme.dimension_caps.get(dimension)
        for key, value in (("points", override.points), ("cap", override.cap)):
            if most and value is not None and value > most:
                at_most = f"all of {dimension} costs at most ({most / 100:g})"
                yield (*path, key), f"{'.'.join((*path, key))} must not be more than {at_most}"


def _earning(scheme: Scheme) -> Iterator[Wrong]:
    """Bonuses that nobody has, or that the cap cuts."""
    bonuses = {name: override.bonus for name, override in _overrides(scheme).items() if override.bonus}
    if scheme.style == "deduct":
        return
    if not bonuses:
        yield ["style"], f"style {scheme.style}: no required category or rule has a bonus"
    if scheme.bonus_cap == 0:
        yield ["bonus_cap"], f"bonus_cap must be above 0: in the style {scheme.style} nothing would earn"
    elif scheme.style == "both":
        for name, bonus in bonuses.items():
            if bonus > scheme.bonus_cap:
                capped = f"bonus_cap ({scheme.bonus_cap / 100:g}) must not be less than one bonus"
                yield ["bonus_cap", name.partition(".")[0]], f"{capped}: {name}.bonus is {bonus / 100:g}"
    elif scheme.base + scheme.bonus_cap > FULL:
        sizes = f"base {scheme.base / 100:g} + bonus_cap {scheme.bonus_cap / 100:g}"
        yield ["base", "bonus_cap", "style"], f"style add: {sizes} is more than 100: say base: 0"


def _reach(scheme: Scheme) -> Iterator[Wrong]:
    """Marks that no score reaches, and fatal findings that change nothing."""
    best = min(FULL, scheme.base + (scheme.bonus_cap if scheme.style != "deduct" else 0))
    most = f"the most that a conversation can reach ({best / 100:g})"
    parts = ["base", "bonus_cap", "style"]
    if scheme.pass_mark is not None and scheme.pass_mark <= scheme.fatal_score:
        yield ["pass_mark", "fatal_score"], "pass_mark must be above fatal_score: what is fatal does not pass"
    elif scheme.fatal_score >= best:
        yield ["fatal_score", *parts], f"fatal_score must be below {most}: fatal findings would change nothing"
    if scheme.pass_mark is not None and scheme.pass_mark > best:
        yield ["pass_mark", *parts], f"pass_mark {scheme.pass_mark / 100:g} is above {most}: nothing would pass"
    for band in scheme.bands:
        if band.lowest > best:
            message = f"bands: {band.title!r} begins at {band.lowest / 100:g}, above {most}: nothing would lie in it"
            yield ["bands", *parts], message


def _prices(scheme: Scheme) -> Iterator[Wrong]:
    """Severities that cost less than milder ones."""
    prices = scheme.severity_points
    if not prices.keys() >= set(SEVERITIES):
        return  # what is missing there is at fault
    for graver, milder in pairwise(SEVERITIES):
        if prices[graver] < prices[milder]:
            costs = f"{graver} ({prices[graver] / 100:g}) costs less than {milder} ({prices[milder] / 100:g})"
            yield ["severity_points"], f"severity_points: {costs}"


def _overrides(scheme: Scheme) -> dict[str, Override]:
    """Return all overrides by their place in the file, its keys joined by dots."""
    named = {f"categories.{polarity}.{category}": said for (polarity, category), said in scheme.categories.items()}
    return named | {f"rules.{name}": said for name, said in scheme.rules.items()}
