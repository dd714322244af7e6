"""What can be wrong with a user's packs and files, said with its place and its mending."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in a file: printed as ``path:line:column: [code] message``.

    ``line`` and ``column`` are 1-based; 0 means that the fault has no one place.
    Codes: P1xx loading packs and cues, P2xx lint, P3xx self-test, P4xx schemes, I1xx input and output.
    """

    path: str
    line: int
    column: int
    code: str
    message: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        return f"{place}: [{self.code}] {self.message}"


class CscheckError(Exception):
    """The base of every error that a user's file or call can cause.

    ``problems`` holds all faults found, sorted by place; ``str()`` prints one a line.
    """

    def __init__(self, problems: Iterable[Problem] | Problem) -> None:
        found = [problems] if isinstance(problems, Problem) else sorted(problems)
        self.problems: tuple[Problem, ...] = tuple(found)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[object, ...]:  # crosses process pools
        return type(self), (list(self.problems),)


class PackError(CscheckError):
    """A rule pack, cue file or scheme cannot be used."""


class InputError(CscheckError):
    """An input file or frame cannot be used."""
