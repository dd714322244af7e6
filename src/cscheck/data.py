"""Where the shipped data files lie."""

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
