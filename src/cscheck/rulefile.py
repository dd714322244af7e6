"""Reading one rule of a rule file; every fault in it is collected."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from .categories import Categories
from .condition import Condition, Problematic, walk
from .cues import Cue
from .errors import Problem
from .examples import read_examples
from .judge import Standards
from .model import CHANNELS, SEVERITIES
from .operators import AllOf, Learned, Meta, Neighbour, Not, Pattern, Phrases, read_allow, read_condition, read_times
from .positions import Within, read_scope, read_within
from .rule import UNITS, Example, Rule
from .segment import MODES
from .source import Faults, Node, guess

T = TypeVar("T")
D = TypeVar("D")
RULE_KEYS = (
    "id", "title", "category", "polarity", "severity", "norms", "speaker", "channel", "turns", "seconds", "in", "when",
    "if", "after", "before", "around", "within", "times", "unless", "boundary", "allow", "points", "fatal", "advice",
    "examples",
)  # fmt: skip
NEIGHBOURS = ("after", "before", "around")
NEEDED = ("id", "title", "category", "severity", "norms", "when", "advice", "examples")


@dataclass
class _Keys:
    """The keys of one rule; reading one collects its fault and goes on with the default."""

    keys: dict[str, Node]
    name: str
    faults: Faults
    node: Node

    def get(self, key: str, read: Callable[[Node], T], default: D) -> T | D:
        """Read a key's value; the default where it is absent or at fault."""
        return self.faults.get(self.keys, key, read, default)

    def text(self, key: str) -> str:
        """Read a key's text."""
        return self.get(key, lambda node: node.text(f"rule {self.name!r}: {key}"), "")

    def fault(self, key: str, code: str, message: str) -> None:
        """Collect a fault at a key."""
        self.faults.problems.append(self.node.key(key).fault(code, f"rule {self.name!r}: {message}").problem)


@dataclass
class RuleReader:
    """Reads rules; knows what they may refer to."""

    faults: Faults
    categories: Categories
    norms: frozenset[str]
    cues: dict[str, Cue]
    seen: dict[tuple[str, str], Node] = field(default_factory=dict)

    def rule(self, node: Node, pack: str) -> Rule | None:
        """Read one rule; every fault in it is collected, and a rule with a fault is left out."""
        before = len(self.faults.problems)
        keys = self.faults.attempt(node.pairs, "a rule", self.faults)
        if keys is None:
            return None
        name = keys["id"].raw.value if "id" in keys and not (keys["id"].is_list or keys["id"].is_mapping) else "?"
        self.faults.unknown_keys(node, f"rule {name!r}", keys, RULE_KEYS)
        missing = [key for key in NEEDED if key not in keys]
        if missing:
            self.faults.problems.append(
                node.fault("P106", f"rule {name!r} needs the key(s) {', '.join(missing)}").problem
            )
        rule = self._rule(_Keys(keys, name, self.faults, node), pack)
        self._known_cues(rule, keys.get("unless", node))
        if rule.polarity == "forbidden" and "when" in keys and not _findable(rule.when):
            self.faults.problems.append(
                keys["when"].fault("P112", f"rule {name!r} finds nothing: it only excludes").problem
            )
        if rule.fatal and any(isinstance(one, Learned) for one in walk(rule.when)):
            message = f"rule {name!r}: a fatal rule cannot rest on a model; take 'fatal' or 'learned' out"
            self.faults.problems.append(keys["fatal"].fault("P122", message).problem)
        return rule if len(self.faults.problems) == before else None

    def _rule(self, keys: _Keys, pack: str) -> Rule:
        polarity = self._polarity(keys)
        self._idle(keys, polarity)
        boundary = keys.get("boundary", lambda node: node.choice("boundary", MODES), "both")
        allow = keys.get("allow", lambda node: read_allow(node, self.faults), ())
        cues, excuses = self._unless(keys)
        standards = Standards(boundary, allow, cues)
        within = keys.get("within", read_within, None)
        examples = keys.get("examples", lambda node: read_examples(node, self.faults), ())
        return Rule(
            id=keys.get("id", self._id, ""),
            title=keys.text("title"),
            category=keys.text("category"),
            polarity=polarity,
            severity=keys.get("severity", lambda node: node.choice(f"rule {keys.name!r}: severity", SEVERITIES), ""),
            norms=keys.get("norms", self._norms, ()),
            advice=keys.text("advice"),
            channel=keys.get("channel", lambda node: node.choice("channel", CHANNELS), None),
            scope=read_scope(keys.keys, "agent", self.faults),
            unit=keys.get(
                "in", lambda node: node.choice("in", UNITS), "turn" if polarity == "forbidden" else "conversation"
            ),
            when=keys.get("when", lambda node: read_condition(node, standards, self.faults), Problematic()),
            context=self._context(keys, within or Within()),
            excuses=excuses,
            due=keys.get("if", lambda node: read_condition(node, Standards(), self.faults), None),
            within=within,
            times=keys.get("times", read_times, 1),
            points=keys.get("points", self._points, None),
            fatal=keys.get("fatal", lambda node: node.flag("fatal"), False),
            standards=standards,
            examples=self._enough(keys, examples, polarity),
            pack=pack,
            path=keys.node.path,
            line=keys.node.line,
        )

    def _id(self, node: Node) -> str:
        """A rule's id: a short name that is easy to type, once in a pack."""
        name = node.text("id")
        if not re.fullmatch(r"[a-z0-9]+([._-][a-z0-9]+)*", name):
            raise node.fault(
                "P104", f"id must be of small letters, digits, dots and dashes, like shop.coupon (got {name!r})"
            )
        first = self.seen.setdefault((node.path.rpartition("/")[0], name), node)
        if first is not node:
            raise node.fault("P105", f"rule {name!r} is defined twice (first in {first.path}:{first.line})")
        return name

    def _polarity(self, keys: _Keys) -> str:
        """A category tells its polarity; ``process``, which stands in both, needs it said."""
        both = {"forbidden": self.categories.forbidden, "required": self.categories.required}
        given = keys.get("polarity", lambda node: node.choice("polarity", both), None)
        category = keys.text("category")
        known = [polarity for polarity, names in both.items() if category in names]
        if "category" in keys.keys and not known:
            options = list(dict.fromkeys([*both["forbidden"], *both["required"]]))
            shown = f"(known: {', '.join(options)}{guess(category, options)})"
            message = f"rule {keys.name!r}: unknown category {category!r} {shown}"
            self.faults.problems.append(keys.keys["category"].fault("P104", message).problem)
        if given and known and given not in known:
            message = f"rule {keys.name!r}: category {category!r} is {known[0]}, not {given}"
            self.faults.problems.append(keys.keys["polarity"].fault("P104", message).problem)
        return given or (known[0] if known else "forbidden")

    def _idle(self, keys: _Keys, polarity: str) -> None:
        """A key that would do nothing is a fault: its author expects something of it."""
        required = polarity == "required"
        opener: tuple[str, ...] = ("if",) if required else NEIGHBOURS
        for key, node in keys.keys.items():
            if key in ((*NEIGHBOURS, "in") if required else ("if",)) and node.raw.value != "conversation":
                keys.fault(key, "P116", f"{key!r} does nothing in a {polarity} rule")
        if "within" in keys.keys and not any(key in keys.keys for key in opener):
            keys.fault("within", "P116", f"'within' does nothing in a {polarity} rule without {' or '.join(opener)}")

    def _norms(self, node: Node) -> tuple[str, ...]:
        items = node.items("norms") if node.is_list else [node]
        if not items:
            raise node.fault("P109", "a rule names at least one norm")
        names = [self.faults.attempt(item.text, "each of norms") for item in items]
        for name, item in zip(names, items, strict=True):
            if name is not None and name not in self.norms:
                message = f"unknown norm {name!r}: it is not in the norm register{guess(name, sorted(self.norms))}"
                self.faults.problems.append(item.fault("P109", message).problem)
        return tuple(name for name in names if name is not None)

    def _points(self, node: Node) -> float:
        text = node.text("points")
        if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text, re.ASCII) or float(text) > 100:
            raise node.fault("P104", f"points must lie between 0 and 100, with two decimals at most (got {text})")
        return float(text)

    def _unless(self, keys: _Keys) -> tuple[tuple[str, ...], tuple[Condition, ...]]:
        """Split ``unless`` into cues, which act on single matches, and conditions, which excuse the whole unit."""
        names: list[str] = []
        excuses: list[Condition] = []
        items: Sequence[Node] = keys.get("unless", lambda node: node.items("unless"), ())
        for item in items:
            if item.is_mapping:
                excuses.append(read_condition(item, Standards(), self.faults))
            else:
                names.append(self.faults.attempt(item.text, "a cue") or "")
        return tuple(name for name in names if name), tuple(excuses)

    def _known_cues(self, rule: Rule, node: Node) -> None:
        trees = [rule.when, *rule.context, *rule.excuses, *([rule.due] if rule.due else [])]
        leaves = [
            leaf.standards for tree in trees for leaf in walk(tree) if isinstance(leaf, Phrases | Pattern | Learned)
        ]
        known = sorted(self.cues)
        named = [*rule.standards.cues, *(name for leaf in leaves for name in leaf.cues)]
        for name in dict.fromkeys(name for name in named if name not in self.cues):
            message = f"rule {rule.id!r}: unknown cue {name!r} (known: {', '.join(known)}{guess(name, known)})"
            self.faults.problems.append(node.fault("P108", message).problem)

    def _context(self, keys: _Keys, within: Within) -> tuple[Condition, ...]:
        return tuple(
            Neighbour(side, read_condition(keys.keys[side], Standards(), self.faults), within)
            for side in NEIGHBOURS
            if side in keys.keys
        )

    def _enough(self, keys: _Keys, examples: tuple[Example, ...], polarity: str) -> tuple[Example, ...]:
        if "examples" not in keys.keys:
            return examples
        for kind in ("hit", "miss"):
            found = [example for example in examples if example.kind == kind]
            if len(found) < 2:
                message = f"rule {keys.name!r} needs at least 2 {kind} examples (got {len(found)})"
                self.faults.problems.append(keys.keys["examples"].fault("P107", message).problem)
        for example in examples:
            if polarity == "forbidden" and example.kind == "hit" and not example.spans:
                message = f"rule {keys.name!r}: mark what is found in a hit example with ⟦ ⟧: {example.text!r}"
                self.faults.problems.append(Problem(keys.node.path, example.line, 0, "P107", message))
        return examples


def _findable(condition: Condition) -> bool:
    """True where a condition can have matches of its own: what is only excluded or stands elsewhere has none."""
    if isinstance(condition, Not | Neighbour | Meta):
        return False
    if isinstance(condition, AllOf):  # also a scope alone, which is an AllOf of nothing
        return any(map(_findable, condition.conditions))
    return not condition.children() or any(map(_findable, condition.children()))
