"""Plain text in blocks, as chat programs paste it: who speaks and when, the words below, and a blank line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .moments import read_time
from .parted import parted

# "=== 123 ===", "—— 学员咨询1 ——"
RULED = re.compile(
    r"\s*(?:={2,}|-{3,}|\*{3,}|[—─━－]{2,})\s*(?P<id>[^=*—─━－\s](?:.*?[^=*—─━－\s])?)"
    r"\s*(?:={2,}|-{3,}|\*{3,}|[—─━－]{2,})\s*"
)
_ENOUGH = 0.9  # of the blocks
_HOUR, _DAY = 3_600.0, 86_400.0


def in_blocks(lines: Iterable[str]) -> bool:
    """True where blank lines part turns and not conversations.

    Nearly every block begins with a speaker and a time and holds one such turn; titles count as blank lines, and a
    block without any speaker as a paragraph of the turn above.
    """
    single = several = more = 0
    turns: list[bool] = []
    for line in (*lines, ""):
        if line.strip() and not RULED.fullmatch(line):
            found, _ = parted(line)
            turns.append(found is not None and bool(found["before"] or found["after"]))
        elif turns:
            single += turns[0] and sum(turns) == 1
            several += sum(turns) > 1 or (not turns[0] and any(turns))
            more += not any(turns)
            turns = []
    return single >= 2 and single > more and single >= _ENOUGH * (single + several)


class Days:
    """Tells of each line whether another day begins with it, an hour or more behind the turn above."""

    def __init__(self) -> None:
        self._last: tuple[str, float] | None = None

    def begins(self, line: str) -> bool:
        """True for a turn of another day; one that follows within the hour goes on over midnight."""
        found, _ = parted(line)
        time = (found["before"] or found["after"]) if found else None
        kind, value = read_time(time) if time else ("bad", 0.0)
        if kind not in ("stamp", "clock"):
            return False
        now = value / 1e6 if kind == "stamp" else value
        before, self._last = self._last, (kind, now)
        if before is None or before[0] != kind:
            return False
        if kind == "clock":
            return now < before[1] and (now - before[1]) % _DAY >= _HOUR
        return now // _DAY != before[1] // _DAY and abs(now - before[1]) >= _HOUR
