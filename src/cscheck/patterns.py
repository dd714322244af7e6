"""Patterns (正则) as the rules use them: parsed, folded like the text, and searched for their literals.

The syntax is the common core of ``re``: literals, classes, ``.``, groups, ``|``, quantifiers, look-around, ``^`` and
``$``. Three things differ, because the text is Chinese speech: every group is non-capturing, ``.`` does not cross a
clause end (。！？；… or a line break; it does cross a comma), and literals are folded as the text is (width, case,
Traditional to Simplified).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from math import prod

from .normalize import fold_char
from .source import Node

CLAUSE_ENDS = "。!?;…\n"
DOT = f"[^{CLAUSE_ENDS}\0]"
MANY = 1_000_000
NEEDS = 3
LONG_TURN = 400  # characters
WAYS = 200_000
# the most frequent characters of service speech; a literal of one of them stands in nearly every turn
COMMON = frozenset(
    " ,.?!。、~"
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政"
    "美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
    "解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件"
    "计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象"
    "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运您"
)
FREQUENT = frozenset(" ,.?!。~的是不了我你您有好吗个在这么那就也都")
_SPECIAL = set("\\.^$*+?{}[]|()")
_CLASS_ESCAPES = set("dDsSwW")
_BOUNDS = re.compile(r"\{([0-9]{0,4})(?:(,)([0-9]{0,4}))?\}")


@dataclass(frozen=True)
class Chars:
    """One character out of a small set."""

    chars: frozenset[str]


@dataclass(frozen=True)
class Wild:
    """One character of a class, kept as source."""

    source: str


@dataclass(frozen=True)
class Assertion:
    """A zero-width test, kept as source."""

    source: str


@dataclass(frozen=True)
class Concat:
    """Parts one after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Choice:
    """Alternatives."""

    options: tuple[Part, ...]


@dataclass(frozen=True)
class Repeat:
    """A part repeated ``low`` to ``high`` times; ``suffix`` is the quantifier as written."""

    part: Part
    low: int
    high: int
    suffix: str


Part = Chars | Wild | Assertion | Concat | Choice | Repeat


class PatternFault(ValueError):
    """The pattern is not understood; the message says where and why."""


class _Parser:
    """Recursive descent over one pattern's source."""

    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0

    def fail(self, why: str, at: int) -> PatternFault:
        return PatternFault(f"{why} at character {at + 1} of {self.source!r}")

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def take(self) -> str:
        char = self.peek()
        self.at += len(char)
        return char

    def choice(self) -> Part:
        options = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.peek() and self.peek() not in "|)":
            part = self.quantified(self.atom())
            if part is not None:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Concat(tuple(parts))

    def atom(self) -> Part | None:
        char = self.take()
        if char == "(":
            return self.group()
        if char == "[":
            return self.klass()
        if char == ".":
            return Wild(DOT)
        if char in "^$":
            return Assertion(r"\A" if char == "^" else r"\Z")
        if char in "*+?{":
            raise self.fail("nothing to repeat", self.at - 1)
        if char == "\\":
            return self.escape()
        folded = fold_char(char)
        return Chars(frozenset(folded)) if folded else None

    def escape(self) -> Part:
        char = self.escaped()
        return Wild("\\" + char) if char in _CLASS_ESCAPES else Chars(frozenset(fold_char(char)))

    def escaped(self) -> str:
        """Return the character that a backslash gives, or the letter of a class such as ``\\d``."""
        char = self.take()
        if not char:
            raise self.fail("a backslash ends the pattern", self.at - 1)
        if char not in _CLASS_ESCAPES and char != "n" and (char.isalnum() or not char.isascii()):
            raise self.fail(f"the escape \\{char} is not supported: write the character itself", self.at - 2)
        return "\n" if char == "n" else char

    def group(self) -> Part:
        start, opening = self.at, "(?:"
        for known in ("?:", "?=", "?!", "?<=", "?<!"):
            if self.source.startswith(known, self.at):
                self.at += len(known)
                opening = "(" + known
                break
        else:
            if self.peek() == "?":
                raise self.fail("this kind of group is not supported (known: (?: (?= (?! (?<= (?<!)", start - 1)
        inner = self.choice()
        if self.take() != ")":
            raise self.fail("a group is not closed", start - 1)
        return inner if opening == "(?:" else Assertion(opening + render(inner) + ")")

    def klass(self) -> Part:
        start = self.at
        negated = self.peek() == "^"
        self.at += negated
        chars: set[str] = set()
        body, plain = "", not negated
        while self.peek() != "]" or self.at == start + negated:
            char = self.take()
            if not char:
                raise self.fail("a class [...] is not closed", start - 1)
            if char == "\\":
                char = self.escaped()
                if char in _CLASS_ESCAPES:
                    body, plain = body + "\\" + char, False
                    continue
            elif char == "[":
                raise self.fail("write \\[ for a bracket inside a class", self.at - 1)
            elif char == "-" and body and self.peek() != "]":
                body, plain = body + "-", False
                continue
            folded = fold_char(char)
            chars.update(folded)
            body += "".join("\\" + c if c in "\\]^-[&~|" else c for c in folded)
        self.at += 1
        if not body:
            raise self.fail("an empty class", start - 1)
        if plain and len(chars) <= 12:
            return Chars(frozenset(chars))
        source = f"[{'^' if negated else ''}{body}]"
        try:
            re.compile(source)
        except re.error as error:
            raise self.fail(f"a class is not understood ({error.msg})", start - 1) from None
        return Wild(source)

    def quantified(self, part: Part | None) -> Part | None:
        start = self.at
        char = self.peek()
        low, high = 1, 1
        if char and char in "*+?":
            self.at += 1
            low, high = {"*": (0, MANY), "+": (1, MANY), "?": (0, 1)}[char]
        elif char == "{":
            low, high = self.bounds()
        else:
            return part
        if self.peek() and self.peek() in "?+":
            self.at += 1
        if self.peek() and self.peek() in "*+{":
            raise self.fail("a quantifier on a quantifier", self.at)
        if part is None or isinstance(part, Assertion):
            raise self.fail("nothing to repeat", start)
        return Repeat(part, low, high, self.source[start : self.at])

    def bounds(self) -> tuple[int, int]:
        found = _BOUNDS.match(self.source, self.at)
        low, comma, high = found.groups("") if found else ("", "", "")
        if found is None or not low + high:
            message = "write a quantifier as {m}, {m,} or {m,n} with numbers below 10000; a brace itself as \\{"
            raise self.fail(message, self.at)
        lowest = int(low or 0)
        highest = lowest if not comma else int(high) if high else MANY
        if highest < lowest:
            raise self.fail("the quantifier's bounds are the wrong way round", self.at)
        self.at = found.end()
        return lowest, highest


def parse(source: str) -> Part:
    """Return the parsed pattern.

    Raises:
        PatternFault: the syntax is not supported, with the place and what to write instead.
    """
    parser = _Parser(source)
    part = parser.choice()
    if parser.at < len(source):
        raise parser.fail("a ) without its (", parser.at)
    return part


def read_pattern(node: Node) -> Part:
    """Read and parse one pattern of a rule or cue.

    Raises:
        Fault: P110 it is not understood, P112 it matches empty text, P114 it may take time beyond all measure.
    """
    source = node.text("a pattern")
    try:
        part = parse(source)
    except PatternFault as fault:
        raise node.fault("P110", f"the pattern is not understood: {fault}") from None
    why = catastrophe(part)
    if why:
        raise node.fault("P114", f"the pattern {source!r} is catastrophic: {why}; give it fewer ways to match")
    if nullable(part):
        raise node.fault("P112", f"the pattern {source!r} matches empty text")
    return part


def render(part: Part, runs: bool = False) -> str:
    """Return regex source; with ``runs`` each run of two or more characters is a capture group.

    A run is of literal characters and small classes (``[今明]天到货``): what must lie on word boundaries.
    """
    match part:
        case Chars(chars):
            return _escape(next(iter(chars))) if len(chars) == 1 else "[" + "".join(map(_escape, sorted(chars))) + "]"
        case Wild(source) | Assertion(source):
            return source
        case Choice(options):
            return "(?:" + "|".join(render(option, runs) for option in options) + ")"
        case Repeat(inner, _, _, suffix):
            return f"(?:{render(inner, runs)}){suffix}"
        case Concat(parts):
            return _render_sequence(parts, runs)


def runs_of(part: Part) -> list[tuple[frozenset[str], ...]]:
    """Return the runs that ``render`` captures, each as the characters of its places."""
    match part:
        case Choice(parts):
            return [run for inner in parts for run in runs_of(inner)]
        case Repeat(inner, _, _, _):
            return runs_of(inner)
        case Concat(parts):
            found: list[tuple[frozenset[str], ...]] = []
            for literal, group in groupby(parts, lambda inner: isinstance(inner, Chars)):
                if literal:
                    found.append(tuple(inner.chars for inner in group if isinstance(inner, Chars)))
                else:
                    found += [run for inner in group for run in runs_of(inner)]
            return [run for run in found if len(run) > 1]
        case _:
            return []


def _render_sequence(parts: tuple[Part, ...], runs: bool) -> str:
    out, run, length = "", "", 0
    for part in (*parts, None):
        if isinstance(part, Chars):
            run, length = run + render(part), length + 1
            continue
        if run:
            out += f"({run})" if runs and length > 1 else run
            run, length = "", 0
        if part is not None:
            out += render(part, runs)
    return out


def _escape(char: str) -> str:
    return "\\" + char if char in _SPECIAL or char in "-&~" else char


def cost(literals: Iterable[str]) -> int:
    """Return how much work a set of literals makes: short and common ones stand in nearly every turn."""
    return sum(
        1 if len(x) > 2 else 4 if len(x) == 2 else 4_000 if x in FREQUENT or not x else 400 if x in COMMON else 40
        for x in literals
    )


def literals(part: Part) -> frozenset[str] | None:
    """Return a set of literals of which every match holds at least one; None when there is no such set."""
    exact, best = _literals(part)
    if exact is not None and "" not in exact:
        return _cheapest([exact, best])
    return best


def _cheapest(sets: list[frozenset[str] | None]) -> frozenset[str] | None:
    usable = [s for s in sets if s and "" not in s]
    return min(usable, key=cost) if usable else None


def _literals(part: Part, most: int = 128) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """Return (all strings the part can match, or None when too many; the best required set within it)."""
    match part:
        case Chars(chars):
            return chars, None
        case Wild():
            return None, None
        case Assertion():
            return frozenset([""]), None
        case Repeat(inner, low, high, _):
            exact, best = _literals(inner)
            if exact is not None and high == 1:
                return exact | {""} if low == 0 else exact, None
            return None, _cheapest([exact, best]) if low else None
        case Choice(options):
            found = [_literals(option) for option in options]
            exacts = [exact for exact, _ in found]
            if all(exact is not None for exact in exacts):
                union = frozenset().union(*(e for e in exacts if e is not None))
                if len(union) <= most:
                    return union, None
            needed = [_cheapest([exact, best]) for exact, best in found]
            if any(one is None for one in needed):
                return None, None
            return None, frozenset().union(*(one for one in needed if one is not None))
        case Concat(parts):
            return _sequence_literals(parts, most)


def _sequence_literals(parts: tuple[Part, ...], most: int) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    current, candidates, whole = frozenset([""]), [], True
    for part in parts:
        exact, best = _literals(part)
        candidates.append(best)
        if exact is not None and len(current) * len(exact) <= most:
            current = frozenset(a + b for a in current for b in exact)
            continue
        whole = False
        candidates.append(current)
        current = exact if exact is not None else frozenset([""])
    if whole:
        return current, _cheapest(candidates)
    return None, _cheapest([*candidates, current])


def requirements(part: Part) -> list[frozenset[str]]:
    """Return sets of characters of each of which every match holds at least one."""
    match part:
        case Chars(chars):
            return [chars]
        case Repeat(inner, low, _, _):
            return requirements(inner) if low else []
        case Choice(options):
            found = [requirements(option) for option in options]
            if not all(found):
                return []
            return [frozenset().union(*(min(sets, key=cost) for sets in found))]
        case Concat(parts):
            return [need for inner in parts for need in requirements(inner)]
        case _:
            return []


@dataclass(frozen=True, eq=False)
class Entry:
    """A test that says without much work that some alternatives of a pattern do not match.

    Their match holds one of ``literals`` (of two or more characters; empty where none are known) and one character of
    each of ``needs``. ``expression`` is the alternatives for ``re``, which says several times faster than ``regex``
    that there is no match; it has no time limit, so it is None for alternatives that may take long.
    """

    literals: frozenset[str]
    needs: tuple[frozenset[str], ...]
    part: Part

    @cached_property
    def expression(self) -> re.Pattern[str] | None:
        """The alternatives compiled for ``re``, when they are first tried."""
        return _fast(self.part)

    @property
    def cost(self) -> int:
        """How often the entry lets a turn through, roughly."""
        return cost(self.literals or (self.needs[0] if self.needs else [""]))

    def search(self, text: str) -> re.Match[str] | bool:
        """Return the first match, False where there is none, and True where that is not known."""
        return True if self.expression is None else self.expression.search(text) or False


def entries_of(part: Part) -> tuple[Entry, ...]:
    """Return the entries of a pattern: one for each alternative, those that need just a literal as one."""
    found, plain, bound = [], [], frozenset[str]()
    for option in part.options if isinstance(part, Choice) else (part,):
        needed, needs = _required(option)
        if needed and not needs:
            plain.append(option)
            bound |= needed
        else:
            found.append(Entry(needed, needs, option))
    if plain:
        found.append(Entry(bound, (), Choice(tuple(plain))))
    return tuple(found)


def _required(part: Part) -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    bound = literals(part) or frozenset()
    if any(len(literal) < 2 for literal in bound):
        bound = frozenset()
    needs = set(requirements(part))
    implied = {need for need in needs if bound and all(not need.isdisjoint(literal) for literal in bound)}
    ranked = sorted(needs - implied, key=lambda need: (cost(need), sorted(need)))
    return bound, tuple(ranked[:NEEDS])


def _fast(part: Part) -> re.Pattern[str] | None:
    if heavy(part):
        return None
    try:
        return re.compile(render(part))
    except re.error:  # a look-behind of several lengths, which only regex knows
        return None


def catastrophe(part: Part) -> str | None:
    """Return why a pattern can take time beyond all measure on some text, or None.

    Refused is a repetition of up to 10 or more rounds whose body itself matches texts of many lengths
    (``(.*,){12}``, ``(您好|您|好)+``): each round can split the text in several ways, and the ways multiply.
    """
    match part:
        case Repeat(inner, _, high, suffix):
            if high >= 10 and not isinstance(inner, Chars | Wild) and _ambiguous(inner):
                return f"the repetition {suffix} stands on a part that itself matches texts of several lengths"
            return catastrophe(inner)
        case Choice(parts) | Concat(parts):
            return next((why for why in map(catastrophe, parts) if why), None)
        case _:
            return None


def _ambiguous(part: Part) -> bool:
    exact, _ = _literals(part)
    if exact is None:
        return _variable(part)
    ordered = sorted(exact)
    return any(b.startswith(a) for a, b in pairwise(ordered))


def _variable(part: Part) -> bool:
    match part:
        case Repeat(inner, low, high, _):
            return low != high or _variable(inner)
        case Choice(parts):
            return True
        case Concat(parts):
            return any(map(_variable, parts))
        case _:
            return False


def nullable(part: Part) -> bool:
    """True when the pattern matches empty text."""
    match part:
        case Repeat(inner, low, _, _):
            return low == 0 or nullable(inner)
        case Choice(parts):
            return any(map(nullable, parts))
        case Concat(parts):
            return all(map(nullable, parts))
        case Assertion():
            return True
        case _:
            return False


def heavy(part: Part) -> bool:
    """True when a match may take long on a turn, so that it must run under a clock."""
    return _ways(part) > WAYS


def _ways(part: Part) -> float:
    """In how many ways, at most, the repetitions of a pattern can share out the characters of a turn."""
    match part:
        case Repeat(inner, low, high, _):
            width = max(min(high, LONG_TURN) - low + 1, 1)
            each = max(_ways(inner), 2 if high > 4 and _ambiguous(inner) else 1)  # ways of each round multiply
            return (width if width > 4 else 1) * float(each) ** min(max(high, 1), 30)
        case Choice(parts):
            return max(map(_ways, parts), default=1)
        case Concat(parts):
            return prod([_ways(inner) for inner in parts])
        case _:
            return 1


def attacks(part: Part, length: int = 600) -> list[str]:
    """Return texts that a pattern with many ways to match takes longest on: its own pieces over and over, no end."""
    sample = _sample(part)
    pieces = dict.fromkeys([sample, *(sample[i : i + 2] for i in range(len(sample) - 1)), *sample])
    return [(piece * length)[:length] + "\0" for piece in list(pieces)[:12] if piece]


def _sample(part: Part) -> str:
    """Return one text that the pattern matches, near enough for an attack."""
    match part:
        case Chars(chars):
            return min(chars, default="")
        case Wild(source):
            return "1" if source == "\\d" else "的"
        case Assertion():
            return ""
        case Choice(options):
            return _sample(options[0])
        case Repeat(inner, low, high, _):
            return _sample(inner) * max(low, min(high, 2))
        case Concat(parts):
            return "".join(map(_sample, parts))
