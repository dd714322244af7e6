"""Literals: the words and characters that every match of a pattern holds."""

from __future__ import annotations

from collections.abc import Iterable

from .patterns import Assertion, Chars, Choice, Concat, Part, Repeat, Text, Wild, Words, remembered

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
MOST = 128  # texts that a part is listed with
FREQUENT = frozenset(" ,.?!。~的是不了我你您有好吗个在这么那就也都")


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


def exact_texts(part: Part) -> frozenset[str] | None:
    """Return all texts that a part matches; None where they are many or without end."""
    return _literals(part)[0]


def _cheapest(sets: list[frozenset[str] | None]) -> frozenset[str] | None:
    usable = [s for s in sets if s and "" not in s]
    if len(usable) < 2:
        return usable[0] if usable else None
    return min(usable, key=cost)


@remembered
def _literals(part: Part) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """Return (all strings the part can match, or None when too many; the best required set within it)."""
    match part:
        case Text(text):
            return frozenset([text]), None
        case Words(words):
            every = frozenset(words)
            return (every, None) if len(every) <= MOST else (None, every)
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
                if len(union) <= MOST:
                    return union, None
            needed = [_cheapest([exact, best]) for exact, best in found]
            if any(one is None for one in needed):
                return None, None
            return None, frozenset().union(*(one for one in needed if one is not None))
        case Concat(parts):
            return _sequence_literals(parts)


def _sequence_literals(parts: tuple[Part, ...]) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    current, candidates, whole = frozenset([""]), [], True
    for part in parts:
        exact, best = _literals(part)
        candidates.append(best)
        if exact is not None and len(current) * len(exact) <= MOST:
            current = frozenset([a + b for a in current for b in exact])
            continue
        whole = False
        candidates.append(current)
        current = exact if exact is not None else frozenset([""])
    if whole:
        return current, _cheapest(candidates)
    return None, _cheapest([*candidates, current])
