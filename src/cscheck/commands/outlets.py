"""Standard output and error of the commands: what nobody takes is dropped, and ends no work before its time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import BufferedWriter, FileIO, RawIOBase, TextIOWrapper
from os import devnull
from typing import Any, TextIO


class _Sink(RawIOBase):
    """Takes the bytes of a stream; from the first that cannot be written on they are dropped, and ``lost`` says why."""

    def __init__(self, below: Any) -> None:
        self.below = below
        self.lost: OSError | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self.below.fileno())

    def isatty(self) -> bool:
        return bool(self.below.isatty())

    def write(self, data: Any) -> int | None:
        if self.lost is None:
            try:
                written: int | None = self.below.write(data)  # None where a pipe that does not block is full
                return written
            except OSError as error:
                self.lost = error
        return len(data)


class _Outlet(TextIOWrapper):
    """A stream like another, which fails neither on its reader nor on characters that its encoding has not."""

    def __init__(self, stream: TextIOWrapper) -> None:
        stream.flush()
        self.stream = stream  # whose end would close what is below
        self.sink = _Sink(getattr(stream.buffer, "raw", stream.buffer))
        prompt = stream.line_buffering or stream.write_through
        # a terminal or pipe in GBK has no ⟦ and no emoji
        super().__init__(BufferedWriter(self.sink), stream.encoding, "backslashreplace", line_buffering=prompt)


@contextmanager
def outlets() -> Iterator[None]:
    """Let commands print without a care: a closed stream (``>&-``) or pipe (``| head``) changes no exit code.

    Where standard output cannot be written for another reason, such as a full disk, what ends well otherwise ends
    with exit code 1, and standard error tells so.
    """
    with redirect_stdout(_outlet(sys.stdout)) as out, redirect_stderr(_outlet(sys.stderr)) as err:
        try:
            yield
        except SystemExit as ended:
            lost = forgiven(out)
            if lost is None:
                raise
            print(f"standard output: [I136] cannot be written: {lost.strerror}", file=err)
            raise SystemExit(ended.code or 1) from None
        finally:
            out.flush()
            err.flush()


def _outlet(stream: TextIO | None) -> TextIO:
    """Return the outlet for a stream; one that the shell has closed leads nowhere, what is no file is left alone."""
    if stream is None:
        return TextIOWrapper(FileIO(devnull, "w"), "utf-8", "backslashreplace")
    return _Outlet(stream) if isinstance(stream, TextIOWrapper) else stream


def forgiven(stream: TextIO) -> OSError | None:
    """Return why a stream could not be written so far, and forget it; None where it was, or its reader has left."""
    stream.flush()
    if not isinstance(stream, _Outlet):
        return None
    lost = stream.sink.lost
    if lost is None or isinstance(lost, BrokenPipeError):
        return None
    stream.sink.lost = BrokenPipeError()
    return lost
