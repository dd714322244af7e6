"""The closed list of categories (类别) of findings and the dimensions (维度) they are scored under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from .data import lexicons
from .errors import PackError
from .source import Faults, Node, read_yaml

POLARITIES = ("forbidden", "required")


class Category(NamedTuple):
    """One category: its Chinese title and the dimension it counts under."""

    title: str
    dimension: str


@dataclass(frozen=True)
class Categories:
    """The closed list: ``forbidden`` and ``required`` by category id, ``dimensions`` as id -> Chinese title.

    One id may stand in both polarities (``process``: a procedure broken, a procedure left out), so a category
    is always named together with its polarity.
    """

    dimensions: Mapping[str, str]
    forbidden: Mapping[str, Category]
    required: Mapping[str, Category]

    def of(self, polarity: str | None) -> Mapping[str, Category]:
        """Return the categories of one polarity.

        Raises:
            KeyError: the polarity is neither forbidden nor required.
        """
        if polarity == "forbidden":
            return self.forbidden
        if polarity == "required":
            return self.required
        raise KeyError(f"polarity must be one of {', '.join(POLARITIES)} (got {polarity!r})")

    def dimension_of(self, polarity: str | None, category: str | None) -> str:
        """Return the dimension of a category.

        Raises:
            KeyError: no such category in this polarity (a rule that was loaded cannot have one).
        """
        found = self.of(polarity).get(category or "")
        if found is None:
            raise KeyError(f"unknown {polarity} category {category!r}: it is not in categories.yaml")
        return found.dimension


def load_categories(path: Path | None = None) -> Categories:
    """Read the list of categories from ``path``, or the shipped ``categories.yaml``.

    Raises:
        PackError: the file is at fault; all faults are named.
    """
    faults = Faults([])
    root = read_yaml(path, faults) if path else read_yaml(lexicons() / "categories.yaml", faults, "categories.yaml")
    categories = faults.attempt(lambda: _categories(root, faults)) if root else None
    if categories is None or faults.problems:
        raise PackError(faults.problems)
    return categories


def _categories(root: Node, faults: Faults) -> Categories:
    pairs = root.pairs("categories", faults)
    for name in ("dimensions", *POLARITIES):
        if name not in pairs:
            raise root.fault("P106", f"categories: the key {name!r} is missing")
    faults.unknown_keys(root, "categories", pairs, ("dimensions", *POLARITIES))
    titles = pairs["dimensions"].pairs("dimensions", faults)
    dimensions = {name: node.text(f"title of {name!r}") for name, node in titles.items()}
    members = {
        polarity: {
            name: category
            for name, node in pairs[polarity].pairs(polarity, faults).items()
            if (category := _category(node, f"{polarity} {name!r}", dimensions, faults)) is not None
        }
        for polarity in POLARITIES
    }
    return Categories(dimensions, members["forbidden"], members["required"])


def _category(node: Node, what: str, dimensions: Mapping[str, str], faults: Faults) -> Category | None:
    def read() -> Category:
        pairs = node.pairs(what, faults)
        faults.unknown_keys(node, what, pairs, ("title", "dimension"))
        for key in ("title", "dimension"):
            if key not in pairs:
                raise node.fault("P106", f"{what}: the key {key!r} is missing")
        return Category(
            pairs["title"].text(f"title of {what}"), pairs["dimension"].choice(f"dimension of {what}", dimensions)
        )

    return faults.attempt(read)
