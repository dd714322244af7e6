"""The shipped data files: where they lie, and how their tables are read."""

from __future__ import annotations

from pathlib import Path


def lexicons() -> Path:
    """Return the folder of the shipped data files (packs, cues, schemes, folding tables).

    It is ``cscheck/lexicons`` inside an installed wheel and ``<root>/lexicons`` in a checkout
    or an editable install.

    Raises:
        FileNotFoundError: neither exists, so the installation is broken.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "lexicons", package.parents[1] / "lexicons"):
        if (folder / "categories.yaml").is_file():
            return folder
    raise FileNotFoundError(f"the data files of cscheck are missing beside {package}: install it again")


def rows(path: Path) -> list[list[str]]:
    """Return the tab-separated rows of a data file, such as ``lexicons() / "fold" / "deleted.tsv"``.

    Lines that start with ``#`` and a blank are comments.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("# ")]
