"""Where the data files lie: inside an installed wheel, or beside src in a checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from cscheck import data


def test_the_data_files_are_found_from_here() -> None:
    """The folder holds packs, cues, schemes and folding tables, wherever cscheck is installed."""
    folder = data.lexicons()
    assert folder.name == "lexicons"
    assert {"packs", "cues", "schemes", "fold"} <= {path.name for path in folder.iterdir() if path.is_dir()}
    assert (folder / "packs" / "base" / "pack.yaml").is_file()


def installed(root: Path, *folders: str) -> Path:
    """Make a root with a package ``src/cscheck`` and the given folders of data; return the place of data.py."""
    package = root / "src" / "cscheck"
    package.mkdir(parents=True)
    for name in folders:
        (root / name).mkdir(parents=True)
        (root / name / "categories.yaml").touch()
    return package / "data.py"


def test_a_wheel_carries_its_own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a wheel the data lies inside the package, and a folder beside it is not looked at."""
    monkeypatch.setattr(data, "__file__", str(installed(tmp_path, "src/cscheck/lexicons", "lexicons")))
    assert data.lexicons() == tmp_path / "src" / "cscheck" / "lexicons"


def test_a_checkout_has_its_data_at_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a checkout or an editable install the data lies two folders above the package."""
    monkeypatch.setattr(data, "__file__", str(installed(tmp_path, "lexicons")))
    assert data.lexicons() == tmp_path / "lexicons"


def test_a_broken_installation_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the data nothing can be checked, so that the absence is an error and no clean sheet."""
    monkeypatch.setattr(data, "__file__", str(installed(tmp_path)))
    package = tmp_path / "src" / "cscheck"
    with pytest.raises(FileNotFoundError) as caught:
        data.lexicons()
    assert str(caught.value) == f"the data files of cscheck are missing beside {package}: install it again"
