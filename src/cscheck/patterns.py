"""Patterns (正则) as the rules use them: parsed and folded like the text.

The syntax is the common core of ``re``: literals, classes, ``.``, groups, ``|``, quantifiers, look-around, ``^`` and
``$``. Three things differ, because the text is Chinese speech: every group is non-capturing, ``.`` does not cross a
clause end (。！？；… or a line break; it does cross a comma), and literals are folded as the text is (width, case,
Traditional to Simplified).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from .normalize import fold_char

CLAUSE_ENDS = "。!?;…\n"
DOT = f"[^{CLAUSE_ENDS}\0]"
MANY = 1_000_000
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
