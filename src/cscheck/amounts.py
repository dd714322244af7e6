"""Amounts of a scheme file: points and weights as whole hundredths, and whole numbers."""

from __future__ import annotations

import re
from decimal import Decimal

from .scheme import FULL, WHOLE
from .source import Node

HEAVIEST = 10 * WHOLE


def amount(node: Node, what: str) -> int:
    """Return points between 0 and 100 with at most two decimals, in hundredths.

    Raises:
        Fault: P401 not such a number, P402 out of range.
    """
    return _hundredths(node, what, FULL)


def weight(node: Node, what: str) -> int:
    """Return a weight between 0 and 10 with at most two decimals, in hundredths; it raises what ``amount`` raises."""
    return _hundredths(node, what, HEAVIEST)


def _hundredths(node: Node, what: str, most: int) -> int:
    text = node.text(what)
    if not re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text):
        raise node.fault("P401", f"{what} must be a number such as 5 or 2.5 (got {text!r})")
    value = Decimal(text) * 100
    if not 0 <= value <= most:
        raise node.fault("P402", f"{what} must be between 0 and {most // 100} (got {text!r})")
    if value != int(value):
        raise node.fault("P401", f"{what} must have at most two decimals (got {text!r})")
    return int(value)


def count(node: Node, what: str) -> int:
    """Return a whole number of at least 1.

    Raises:
        Fault: P102 not a whole number, P402 less than 1.
    """
    value = node.integer(what)
    if value < 1:
        raise node.fault("P402", f"{what} must be at least 1 (got {value})")
    return value
