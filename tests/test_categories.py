"""The closed list of categories and dimensions."""

from __future__ import annotations

from pathlib import Path

import pytest

from cscheck.categories import Category, load_categories
from cscheck.errors import PackError


def test_shipped_list_is_closed() -> None:
    """The shipped list has 19 forbidden and 13 required categories under five dimensions."""
    categories = load_categories()
    assert list(categories.dimensions) == ["courtesy", "taboo", "conduct", "process", "timing"]
    assert (len(categories.forbidden), len(categories.required)) == (19, 13)


def test_process_stands_in_both_polarities() -> None:
    """The id ``process`` names a broken procedure when forbidden and a left-out one when required."""
    categories = load_categories()
    assert categories.of("forbidden")["process"] == Category("流程违规", "process")
    assert categories.of("required")["process"] == Category("流程缺失", "process")


def test_dimension_needs_the_right_polarity() -> None:
    """A category is found in its own polarity only."""
    categories = load_categories()
    assert categories.dimension_of("forbidden", "insult") == "taboo"
    with pytest.raises(KeyError, match="unknown required category 'insult'"):
        categories.dimension_of("required", "insult")
    with pytest.raises(KeyError, match="polarity must be one of forbidden, required"):
        categories.of("encouraged")


def test_faults_are_named_with_their_places(tmp_path: Path) -> None:
    """A dimension that does not exist, an unknown key and a missing title are all named, each at its place."""
    path = tmp_path / "categories.yaml"
    path.write_text(
        "dimensions: {taboo: 服务禁语}\n"
        "forbidden:\n"
        "  blame: {title: 指责, dimension: tabo}\n"
        "  refuse: {title: 拒绝, dimension: taboo, points: 3}\n"
        "required:\n"
        "  thanks: {dimension: taboo}\n",
        encoding="utf-8",
    )
    with pytest.raises(PackError) as caught:
        load_categories(path)
    assert [(problem.line, problem.column, problem.code) for problem in caught.value.problems] == [
        (3, 33, "P104"),
        (4, 41, "P101"),
        (6, 11, "P106"),
    ]
