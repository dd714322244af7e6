"""The bytes of a text file as UTF-8, or an error: a wrong guess must never become mojibake."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO, cast

import numpy as np
from charset_normalizer import from_bytes

from ..errors import InputError, Problem

BLOCK = 8 << 20
_SAMPLE = 1 << 16
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ACCEPTED = ("gb18030", "utf_16_le", "utf_16_be")
_FOREIGN = {
    b"PK\x03\x04": "an Excel workbook or zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF file",
}
_NOTHING = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"  # blanks and byte order marks
_MEND = "save the file as UTF-8"
_FEW = 4  # UTF-8 of which one byte in so many is NUL is UTF-16; a few NULs are what a broken export leaves behind


def fault(name: str, code: str, message: str, line: int = 0) -> InputError:
    """Return the error for a file that is at fault as a whole."""
    return InputError(Problem(name, line, 0, code, message))


def open_bytes(path: Path, name: str) -> IO[bytes]:
    """Open a file for reading bytes, unpacked where its name ends in ``.gz``.

    Raises:
        InputError: I101, the file cannot be opened.
    """
    try:
        return cast(IO[bytes], gzip.open(path)) if path.name.lower().endswith(".gz") else path.open("rb")
    except OSError as error:
        raise fault(name, "I101", f"the file cannot be read: {error.strerror or error}") from None


def chunks(path: Path, name: str, size: int = BLOCK) -> Iterator[bytes]:
    """Yield the bytes of a file in blocks.

    Raises:
        InputError: I101 the file cannot be read; I109 it is not what its ``.gz`` says.
    """
    with open_bytes(path, name) as file:
        while True:
            try:
                block = file.read(size)
            except (gzip.BadGzipFile, EOFError, zlib.error) as error:
                raise fault(name, "I109", f"the file is not valid gzip: {error}") from None
            except OSError as error:
                raise fault(name, "I101", f"the file cannot be read: {error.strerror or error}") from None
            if not block:
                return
            yield block


def encoding_of(path: Path, name: str) -> str:
    """Return the codec that decodes the whole file strictly.

    A byte order mark decides; else UTF-8 if every byte fits it, so that a short file is never guessed; else the
    guess of charset-normalizer among GB18030 and UTF-16, provided that the text reads like Chinese.

    Raises:
        InputError: I103 the file is empty; I104 no accepted encoding fits; I101, I109 as for ``chunks``.
    """
    head = next(chunks(path, name, _SAMPLE), b"")
    if not head.strip(_NOTHING) and all(not block.strip(_NOTHING) for block in chunks(path, name)):
        raise fault(name, "I103", "the file is empty")
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise fault(name, "I104", f"this is {what}, not a text file: export it as CSV in UTF-8")
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            line = _bad_line(path, name, encoding)
            if line:
                raise fault(name, "I104", f"the file begins as {encoding} but cannot be decoded: {_MEND}", line)
            return encoding
    nul = head[: head.index(0)].count(b"\n") + 1 if 0 in head else 0
    bad = _bad_line(path, name, "utf-8")
    if bad:
        beside = f" (a NUL byte stands in line {nul})" if nul else ""
        return _guess(path, name, bad, f"is not valid UTF-8{beside}")
    if head.count(0) * _FEW > len(head):  # every other byte, where letters and figures have two bytes each
        return _guess(path, name, nul, "is full of NUL bytes")
    return "utf-8"


def _guess(path: Path, name: str, bad: int, why: str) -> str:
    """Return the encoding of a file that is not UTF-8, as ``why`` says of the line ``bad``."""
    sample = _sample(path, name)
    encoding, guesses = _likely(sample)
    if not encoding and b"\0" in sample:
        encoding = "gb18030" if _likely(sample.replace(b"\0", b" ")) == ("gb18030", ["gb18030"]) else ""
    if encoding:
        line = _bad_line(path, name, encoding, plausible=True)
        if not line:
            return encoding
        raise fault(name, "I104", f"the file looks like {encoding} but this part is not: {_MEND}", line)
    looks = f" and looks like {guesses[0]}" if guesses and guesses[0] not in _ACCEPTED else ""
    message = f"the text {why}{looks}; accepted are UTF-8, GB18030 and UTF-16: {_MEND}"
    raise fault(name, "I104", message, bad)


def _likely(sample: bytes) -> tuple[str, list[str]]:
    """Return the accepted encoding in which a sample reads like Chinese (empty: none), and what was guessed."""
    best = from_bytes(sample, cp_isolation=[*_ACCEPTED, "big5"]).best()
    guesses = [best.encoding] if best else []
    for encoding in dict.fromkeys([*(guess for guess in guesses if guess in _ACCEPTED), *_ACCEPTED]):
        text = codecs.getincrementaldecoder(encoding)("ignore").decode(sample)
        if guesses in ([], [encoding]) and not _strange(text):
            return encoding, guesses
    return "", guesses


def _sample(path: Path, name: str) -> bytes:
    """Return the bytes from the first line that is not ASCII on (from the start in files of two-byte units)."""
    for block in chunks(path, name):
        if b"\0" in block[:_SAMPLE]:
            return block[:_SAMPLE]
        wide = np.flatnonzero(np.frombuffer(block, np.uint8) > 127)
        if len(wide):
            begin = block.rfind(b"\n", 0, int(wide[0])) + 1
            return block[begin : begin + _SAMPLE]
    return b""


def _bad_line(path: Path, name: str, encoding: str, plausible: bool = False) -> int:
    """Return the first line that the codec cannot decode (or that does not read like Chinese), 0 if there is none."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line = 1
    blocks = chunks(path, name, 1 << 20)
    while True:
        block = next(blocks, b"")
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            return line + error.object[: error.start].count(b"\n")
        strange = _strange(text.replace("\0", " ")) if plausible else 0
        if strange:
            return line + text.count("\n", 0, strange - 1)
        line += text.count("\n")
        if not block:
            return 0


@cache
def _kinds() -> np.ndarray:
    """Return for each code point 1 = Han, 2 = one of the 3,755 common characters of GB 2312 level 1, 3 = never text."""
    kinds = np.zeros(0x110000, np.uint8)
    kinds[0x3400:0xA000] = kinds[0xF900:0xFB00] = kinds[0x20000:0x33480] = 1
    for lead in range(0xB0, 0xD8):
        for text in (bytes((lead, trail)).decode("gb2312", "ignore") for trail in range(0xA1, 0xFF)):
            kinds[[ord(char) for char in text]] = 2
    kinds[0x00:0x20] = kinds[0xE000:0xF8FF] = kinds[0xFFFD] = kinds[0xF0000:] = 3
    kinds[[9, 10, 11, 12, 13, 0x1A]] = 0
    return kinds


def _strange(text: str) -> int:
    """Return the 1-based place where a text stops reading like Chinese, 0 where it reads so.

    That is where what no transcript holds stands first, or the beginning of a text of mostly rare characters. In
    Chinese of any setting far more than 85 % of the Han characters are of GB 2312 level 1; text decoded by the wrong
    codec is a mixture of rare ones.
    """
    kinds = _kinds()[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)]
    counts = np.bincount(kinds, minlength=4)
    if counts[3]:
        return int(np.argmax(kinds == 3)) + 1
    return 0 if counts[2] >= 0.85 * (counts[1] + counts[2]) else 1


def utf8_blocks(path: Path, name: str, size: int = BLOCK) -> Iterator[bytes]:
    """Yield a text file as blocks of valid UTF-8 without byte order mark, whatever its encoding; a NUL is a blank.

    Raises:
        InputError: as for ``encoding_of``, before the first block.
    """
    encoding = encoding_of(path, name)
    if encoding == "utf-8":  # verified: nothing to decode
        yield from (block.replace(b"\0", b" ") for block in chunks(path, name, size))
        return
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for block in chunks(path, name, size):
        text = decoder.decode(block)
        if text:
            yield text.replace("\0", " ").encode()


def lines_of(path: Path, name: str, size: int = BLOCK) -> Iterator[bytes]:
    """Yield the lines of a text file as UTF-8, without their ends (``\\n`` or ``\\r\\n``; ``\\r`` where that is all).

    Raises:
        InputError: as for ``encoding_of``.
    """
    carry = b""
    for block in newlines(utf8_blocks(path, name, size)):
        *whole, carry = (carry + block).split(b"\n")
        for line in whole:
            yield line.removesuffix(b"\r")
    if carry:
        yield carry.removesuffix(b"\r")


def newlines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Turn the line ends of old Macintosh files (``\\r`` alone) into ``\\n``; other files pass unchanged."""
    first = next(blocks, b"")
    old = b"\r" in first and b"\n" not in first
    yield first.replace(b"\r", b"\n") if old else first
    for block in blocks:
        yield block.replace(b"\r", b"\n") if old else block
