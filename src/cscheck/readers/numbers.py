"""What conversations without an id are called: the file and their 序号, or the number of their row in the sheet."""

from __future__ import annotations

import re

import numpy as np
from pyarrow import compute as pc

from .lexicon import fold_name, lexicon
from .raw import Raw
from .values import column_text, strings

_DELIMITED = re.compile(r"\.[ct]sv(?:\.gz)?", re.IGNORECASE)


class Numbers:
    """Numbers the rows of a table, batch by batch.

    A column such as 序号 counts where every row of the first batch has its own; one that comes again later has its row
    added. In delimited text a row may have several lines, and its number is that in a spreadsheet.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._seen: set[str] = set()
        self._column: str | None = None
        self._begun = False
        self._above = 0  # line breaks in the cells above

    def ids(self, raw: Raw) -> list[str]:
        """Return an id for each row of a batch."""
        rows = self._rows(raw)
        if not self._begun:
            self._column, self._begun = _numbering(raw), True
        values = raw.extras.get(self._column or "")
        given = [None] * len(rows) if values is None else column_text(values).to_pylist()
        found = []
        for number, row in zip(given, rows, strict=True):
            own = number if number and number not in self._seen else f"{number}-{row}" if number else f"row-{row}"
            self._seen.add(own)
            found.append(f"{self._name}-{own if self._column else row}")
        return found

    def _rows(self, raw: Raw) -> list[int]:
        """Return the number of each row in the sheet."""
        lines: list[int] = raw.lines.tolist()
        if not _DELIMITED.search(self._name):
            return lines
        breaks = np.zeros(len(lines), np.int64)
        for values in (*(one.values for one in raw.fields.values()), *raw.extras.values()):
            breaks += np.asarray(pc.count_substring(strings(values).fill_null(""), "\n"), np.int64)
        above = self._above + np.cumsum(breaks) - breaks
        self._above += int(breaks.sum())
        return [line - more for line, more in zip(lines, above.tolist(), strict=True)]


def _numbering(raw: Raw) -> str | None:
    """Return the column of numbers (序号) that no two rows of a batch share; None without one."""
    known = set(map(fold_name, lexicon().columns["turn_index"]))
    for name, values in raw.extras.items():
        numbers = column_text(values) if fold_name(name) in known else None
        if numbers is not None and not numbers.null_count and len(numbers.unique()) == len(raw):
            return name
    return None
