"""What the tests of the readers share: writing a file and reading it whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cscheck.errors import InputError
from cscheck.readers import ColumnMapping, read

Rows = list[dict[str, Any]]


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., tuple[Rows, Rows]]:
    """Write ``content`` (text in UTF-8 or bytes) under a name and return its turns and rejects."""

    def loaded(name: str, content: str | bytes, mapping: ColumnMapping | None = None) -> tuple[Rows, Rows]:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        turns: Rows = []
        rejects: Rows = []
        for some, bad in read(path, name, mapping):
            turns += some.to_pylist()
            rejects += bad.to_pylist()
        return turns, rejects

    return loaded


@pytest.fixture
def refuse(load: Callable[..., tuple[Rows, Rows]]) -> Callable[..., str]:
    """Read a file that must be refused as a whole; return all faults as printed."""

    def refused(name: str, content: str | bytes, mapping: ColumnMapping | None = None) -> str:
        with pytest.raises(InputError) as caught:
            load(name, content, mapping)
        return str(caught.value)

    return refused
