"""What the READMEs say is true: the commands come first, and all that they show runs and prints what they say."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from shutil import copytree

import pytest

from cscheck import Checker
from cscheck.cli import app
from cscheck.readers.mapping import load_mapping
from cscheck.schemefile import KEYS

ROOT = Path(__file__).parents[1]
ENGLISH, CHINESE = "README.md", "README.zh-CN.md"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str) -> list[tuple[str, str]]:
    """Return the code blocks of a page, each with its language."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", read(name), re.MULTILINE | re.DOTALL)


def bare(block: tuple[str, str]) -> tuple[str, str]:
    """Return a block without remarks, except for the name of a file."""
    language, text = block
    lines = [re.sub(r"(^|\s+)# (?!\S+\.yaml$).*", "", line) for line in text.splitlines()]
    return language, "\n".join(line for line in lines if line)


def run(line: str) -> str:
    """Run one line of shell that calls cscheck, in this process and folder; return what it prints."""
    command, *words = shlex.split(line, comments=True)
    assert command == "cscheck"
    args = [arg for word in words for arg in (sorted(map(str, Path().glob(word))) if "*" in word else [word])]
    with redirect_stdout(StringIO()) as out, pytest.raises(SystemExit) as ended:
        app(args)
    assert ended.value.code == 0, line
    return out.getvalue()


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Everything of README.md done in order, beside a copy of the examples: the folder, and what each line printed.

    A block of YAML begins with the name of its file.
    """
    home = tmp_path_factory.mktemp("readme")
    copytree(ROOT / "examples", home / "examples")
    printed: dict[str, str] = {}
    with chdir(home):
        for language, text in blocks(ENGLISH)[2:]:
            if language in ("yaml", "json"):
                path = Path(text.partition("\n")[0].removeprefix("# ") if language == "yaml" else "labelled.jsonl")
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
            elif language == "sh":
                printed |= {line: run(line) for line in text.splitlines()}
            else:
                assert language == "python"
                Path("snippet.py").write_text(text, encoding="utf-8")
                done = subprocess.run(
                    [sys.executable, "snippet.py"], capture_output=True, text=True, encoding="utf-8", check=True
                )
                printed[text] = done.stdout
    return home, printed


@pytest.mark.parametrize("name", [ENGLISH, CHINESE])
def test_the_two_commands_come_first(name: str) -> None:
    """The first code block scores the examples, the second runs the tests."""
    (_, first), (_, second) = blocks(name)[:2]
    assert "cscheck score examples/" in first
    assert second.rstrip().endswith(".venv/bin/pytest")


def test_both_languages_show_the_same_code() -> None:
    """Commands, files and snippets are the same in both READMEs; only remarks differ."""
    assert list(map(bare, blocks(CHINESE))) == list(map(bare, blocks(ENGLISH)))


def test_both_languages_explain_schemes_alike() -> None:
    """The two pages on schemes show the same files and name the same keys and columns."""
    pages = [f"docs/{name}" for name in ("scoring.md", "scoring.zh-CN.md")]
    rows = [re.findall(r"^\| (`.+?`) \|", read(page), re.MULTILINE) for page in pages]
    english, chinese = ([re.findall(r"`\w+`", row) for row in page] for page in rows)
    assert english == chinese
    assert sorted(key.strip("`") for row in english for key in row) == sorted(KEYS)
    assert list(map(bare, blocks(pages[0]))) == list(map(bare, blocks(pages[1])))


def test_what_the_readme_says_of_its_rule(ran: tuple[Path, dict[str, str]]) -> None:
    """The rule passes its examples, and without one of its cues fails with the very line that the README shows."""
    home, printed = ran
    (tested,) = (line for line in printed if line.startswith("cscheck test mypack"))
    assert printed[tested].strip() == tested.partition("# ")[2]
    (shown,) = re.findall(r"^    (mypack/.*\[P301\].*)$", read(ENGLISH), re.MULTILINE)
    assert shown in read(CHINESE)
    path = home / "mypack" / "install.yaml"
    rule = path.read_text(encoding="utf-8")
    path.write_text(rule.replace("unless: [negated, asked]", "unless: [negated]"), encoding="utf-8")
    with chdir(home), redirect_stderr(StringIO()) as faults, pytest.raises(SystemExit):
        app(["test", "mypack"])
    path.write_text(rule, encoding="utf-8")
    assert faults.getvalue().strip() == shown


def test_the_comparison_shows_what_the_rule_adds(ran: tuple[Path, dict[str, str]]) -> None:
    """Scored with and without the rule, the examples differ by what both READMEs show."""
    (compared,) = (out for line, out in ran[1].items() if line.startswith("cscheck diff"))
    lines = compared.splitlines()
    for name in (ENGLISH, CHINESE):
        (shown,) = re.findall(r"(?:^    .*\n|^\n)*^    命中 .*\n(?:^    .*\n|^\n)*", read(name), re.MULTILINE)
        assert [line.removeprefix("    ") for line in shown.strip("\n").splitlines()] == lines[:6]


def test_what_the_readme_shows_leaves_its_files(ran: tuple[Path, dict[str, str]]) -> None:
    """The runs write the tables that the README lists, the workbook and the mapping; the mapping it shows is read."""
    home, _ = ran
    listed = set(re.findall(r"`(\w+\.(?:parquet|json|xlsx))`", read(ENGLISH).partition("## In batch")[2]))
    assert {path.name for path in (home / "out").iterdir()} | {"qa.xlsx"} == listed
    assert (home / "qa.xlsx").is_file() and (home / "travel.yaml").is_file() and (home / "calls").is_dir()
    mapping = load_mapping(home / "mapping.yaml")
    assert (mapping.columns["text"], mapping.roles["A"], mapping.header_rows) == ("转写", "agent", (3, 4))


@pytest.mark.parametrize(("by", "score"), [("standard", 73), ("encourage", 66), ("add_only", 66.67), ("docs", 74)])
def test_the_conversation_worked_by_hand(by: str, score: float, tmp_path: Path) -> None:
    """The conversation of the README scores what is said there and, by the scheme of the docs, what they say."""
    talk = re.findall(r"^\| \d+ \| (customer|agent) \| (.*?) \|$", read(ENGLISH), re.MULTILINE)
    turns = [(role, text.replace("**", "")) for role, text in talk]
    chinese = re.findall(r"^\| \d+ \| (?:客户|客服) \| (.*?) \|$", read(CHINESE), re.MULTILINE)
    assert [text for _, text in talk] == chinese
    own = tmp_path / "own.yaml"
    own.write_text(blocks("docs/scoring.md")[0][1], encoding="utf-8")
    checked = Checker(scheme=own if by == "docs" else by).check(turns, channel="chat")
    assert checked.score == score
    assert f"= {score}" in read("docs/scoring.md" if by == "docs" else ENGLISH)


def test_the_fatal_ending_of_the_conversation() -> None:
    """With the other last turn that the README tells of, one finding is fatal and takes the 48 points that are left."""
    talk = re.findall(r"^\| \d+ \| (customer|agent) \| (.*?) \|$", read(ENGLISH), re.MULTILINE)
    turns = [(role, text.replace("**", "")) for role, text in talk[:-1]]
    (ending,) = re.findall(r"Had the last turn been (.+?), two more", read(ENGLISH))
    (part,) = Checker().check([*turns, ("agent", ending)], channel="chat").assessment.parts
    assert (part.score.score, part.score.fatal_adjust) == (0, -4800)


@pytest.mark.parametrize("name", [ENGLISH, CHINESE])
def test_a_keyword_is_not_a_verdict(name: str) -> None:
    """Of the sentences with 保证 that the README begins with, the first alone is a promise."""
    (told,) = re.findall(
        r"^(?:A keyword is not a verdict|关键词不等于结论)[.。].*?\n\n", read(name), re.MULTILINE | re.DOTALL
    )
    said = re.findall(r"[一-鿿]*保证[一-鿿]+", told)
    checker = Checker()
    checked = [checker.check([("customer", "什么时候到"), ("agent", text)], channel="chat") for text in said]
    promised = [any(finding.category == "promise" for finding in one.findings) for one in checked]
    assert promised == [True, False, False, False, False, False]
