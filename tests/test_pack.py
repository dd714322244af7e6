"""Packs: all faults of all files are named, and several packs become one set of rules."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cscheck.checker import Checker
from cscheck.data import lexicons
from cscheck.errors import PackError
from cscheck.lint import lint
from cscheck.operators import OPERATORS, Phrases
from cscheck.pack import _pack, find_pack, load_packs, read_packs, shipped_packs
from cscheck.program import leaves_of
from cscheck.rulefile import RULE_KEYS

PACKS = Path(__file__).parent / "packs"
BAD = sorted((PACKS / "bad").iterdir())
NEAR, FAR = PACKS / "good" / "near", PACKS / "good" / "far"


def expected(folder: Path, cues: list[str]) -> list[str]:
    """Return the messages that line 1 of rules.yaml promises; lists that grow with cscheck are filled in."""
    line = (folder / "rules.yaml").read_text(encoding="utf-8").split("\n", 1)[0].removeprefix("# ")
    lists = {"{cues}": cues, "{rule_keys}": RULE_KEYS, "{operators}": OPERATORS}
    for name, words in lists.items():
        line = line.replace(name, ", ".join(words))
    return line.split(" && ")


def copied(pack: Path, folder: Path) -> Path:
    """Copy a pack to where it can be changed."""
    return Path(shutil.copytree(pack, folder / pack.name))


def matched(packs: list[Path], text: str) -> list[tuple[str, str | None]]:
    """Return what the packs find in one agent turn."""
    checked = Checker(packs).check([("agent", text)])
    return [(finding.rule_id, finding.matched) for finding in checked.findings]


@pytest.mark.parametrize("folder", BAD, ids=lambda folder: folder.name)
def test_a_bad_pack_is_refused_with_its_faults(folder: Path) -> None:
    """Every fault of a pack is named with file, line, column, code, what is wrong and what is known instead."""
    library, problems = read_packs([str(folder)])
    shown = [str(problem).replace(f"{folder}/", "") for problem in problems if problem.path.startswith(str(folder))]
    assert shown == expected(folder, sorted(library.cues))
    with pytest.raises(PackError) as caught:
        load_packs([str(folder)])
    assert list(caught.value.problems) == problems


def test_there_is_a_bad_pack_for_every_code_of_loading() -> None:
    """Each code from P100 to P116 has at least one folder whose messages show it."""
    shown = "".join((folder / "rules.yaml").read_text(encoding="utf-8").split("\n", 1)[0] for folder in BAD)
    assert [code for code in range(100, 117) if f"[P{code}]" not in shown] == []


def test_ten_faults_are_named_in_one_run() -> None:
    """Ten different faults in one rule are ten messages of one run, in order of their places."""
    _, problems = read_packs([str(PACKS / "bad" / "ten_faults")])
    mine = [(problem.line, problem.code) for problem in problems if "ten_faults" in problem.path]
    assert mine == [
        (4, "P103"),
        (5, "P104"),
        (6, "P104"),
        (7, "P109"),
        (8, "P101"),
        (9, "P104"),
        (12, "P113"),
        (13, "P110"),
        (14, "P108"),
        (17, "P107"),
    ]


def test_the_faults_of_all_packs_are_named_together() -> None:
    """Two bad packs and a name that is no pack yield all their faults in one error."""
    names = [str(PACKS / "bad" / "P104_severity"), "bse", str(PACKS / "bad" / "P112_empty")]
    with pytest.raises(PackError) as caught:
        load_packs(names)
    codes = {(Path(problem.path).parent.name, problem.code) for problem in caught.value.problems}
    assert {("P104_severity", "P104"), ("P112_empty", "P112"), ("", "P100")} <= codes
    known = ", ".join(["all", *shipped_packs()])
    unknown = f"bse: [P100] neither a shipped pack nor a folder (shipped packs: {known}; did you mean 'base'?)"
    assert unknown in str(caught.value).split("\n")


def test_a_faulty_rule_is_left_out_and_the_others_are_read() -> None:
    """A rule with a fault does not take its neighbours with it."""
    library, _ = read_packs([str(PACKS / "bad" / "P105_rule")])
    assert [rule.id for rule in library.rules] == ["own.promise"]


def test_a_folder_without_pack_yaml_is_no_pack(tmp_path: Path) -> None:
    """A folder that holds no pack.yaml is refused with that reason."""
    with pytest.raises(PackError) as caught:
        find_pack(str(tmp_path))
    assert str(caught.value).startswith(f"{tmp_path}: [P100] the folder holds no pack.yaml (shipped packs: all, ")


def test_no_pack_at_all_is_refused() -> None:
    """Without a pack nothing would be found, which must not look like a clean sheet."""
    with pytest.raises(PackError) as caught:
        load_packs([])
    assert str(caught.value) == "packs: [P100] no pack was named: without rules nothing is checked"


def test_a_pack_without_anything_is_refused(tmp_path: Path) -> None:
    """A folder with only a pack.yaml checks nothing and says so."""
    (tmp_path / "pack.yaml").write_text("id: x\ntitle: 空\nversion: 0.1.0\n", encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_packs([str(tmp_path)])
    told = f"{tmp_path}: [P112] a pack without rules, allowed words, classes, cues and states"
    assert told in str(caught.value).split("\n")


def test_a_rule_file_with_another_suffix_is_not_passed_over(tmp_path: Path) -> None:
    """A rule file that ends in .yml would silently check nothing, so it is a fault."""
    pack = copied(NEAR, tmp_path)
    (pack / "rules.yaml").rename(pack / "rules.yml")
    with pytest.raises(PackError) as caught:
        load_packs([str(pack)])
    assert f"{pack}/rules.yml: [P100] a file of a pack ends in .yaml: rename it" in str(caught.value).split("\n")


def test_no_file_of_a_pack_is_passed_over(tmp_path: Path) -> None:
    """YAML files that nothing reads are faults, wherever they lie; hidden ones are somebody else's."""
    pack = copied(NEAR, tmp_path)
    strays = ["sub/b.yaml", "cues/s.yml", "classes/x.YAML", "cues/deep/c.yaml", ".github/ci.yml", "notes.txt"]
    for name in strays:
        (pack / name).parent.mkdir(parents=True, exist_ok=True)
        (pack / name).write_text("[]", encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_packs([str(pack)])
    nowhere = "nothing reads this file: rules stand in the pack's folder itself, others in classes, cues, states"
    rename = "a file of a pack ends in .yaml: rename it"
    assert [
        (problem.path.removeprefix(f"{pack}/"), problem.code, problem.message) for problem in caught.value.problems
    ] == [
        ("classes/x.YAML", "P100", rename),
        ("cues/deep/c.yaml", "P100", nowhere),
        ("cues/s.yml", "P100", rename),
        ("sub/b.yaml", "P100", nowhere),
    ]


def test_what_cancels_a_cue_is_another_cue(tmp_path: Path) -> None:
    """A cue that is cancelled by none that is known, or by itself, is told with its line."""
    pack = copied(NEAR, tmp_path)
    (pack / "cues").mkdir(exist_ok=True)
    part = "parts: [{side: before, phrases: [哪]}]"
    (pack / "cues" / "own.yaml").write_text(
        f"- {{id: own_a, title: 甲, cancelled_by: [nosuchcue], {part}}}\n"
        f"- {{id: own_b, title: 乙, cancelled_by: [own_b], {part}}}\n",
        encoding="utf-8",
    )
    with pytest.raises(PackError) as caught:
        load_packs([str(pack)])
    assert [str(problem).removeprefix(f"{pack}/cues/") for problem in caught.value.problems] == [
        "own.yaml:1: [P108] cue 'own_a': cancelled_by names 'nosuchcue', which is no cue",
        "own.yaml:2: [P117] cue 'own_b' cancels itself",
    ]


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data files of their own, with the packs far and near as the shipped ones."""
    folder = tmp_path / "lexicons"
    shutil.copytree(lexicons(), folder, ignore=shutil.ignore_patterns("packs"))
    for pack in (NEAR, FAR):
        shutil.copytree(pack, folder / "packs" / pack.name)
    monkeypatch.setattr("cscheck.pack.lexicons", lambda: folder)
    return folder


def test_the_shipped_packs_have_a_base() -> None:
    """Every folder of a pack that is shipped is known by its name, and base is one of them."""
    shipped = shipped_packs()
    assert shipped["base"] == find_pack("base") == lexicons() / "packs" / "base"
    assert all((folder / "pack.yaml").is_file() and folder.name == name for name, folder in shipped.items())


def test_a_pack_is_loaded_once(shared: Path) -> None:
    """The same pack by name, by folder and in ``all`` is one pack."""
    library = load_packs(["near", str(shared / "packs" / "near"), str(shared / "packs" / "far" / ".." / "near"), "all"])
    assert [pack.id for pack in library.packs] == ["near", "far"]
    assert [rule.id for rule in library.rules] == ["own.promise", "own.sure"]


def test_all_is_every_shipped_pack(shared: Path) -> None:
    """``all`` is every shipped pack, in order of their names."""
    assert [pack.id for pack in load_packs(["all"]).packs] == ["far", "near"]


def test_the_nearest_pack_wins() -> None:
    """Where two packs define one rule, the one named first counts; rules of one pack alone are kept."""
    near_first = load_packs([str(NEAR), str(FAR)])
    assert [(rule.id, rule.pack, rule.severity) for rule in near_first.rules] == [
        ("own.promise", "near", "critical"),
        ("own.sure", "far", "minor"),
    ]
    far_first = load_packs([str(FAR), str(NEAR)])
    assert [(rule.id, rule.pack, rule.title) for rule in far_first.rules] == [
        ("own.promise", "far", "远：打包票"),
        ("own.sure", "far", "保准"),
    ]


def test_the_nearest_pack_wins_for_cues() -> None:
    """Where two packs define one cue, that of the pack named first counts."""
    assert load_packs([str(NEAR), str(FAR)]).cues["joking"].title == "玩笑（近）"
    assert load_packs([str(FAR), str(NEAR)]).cues["joking"].title == "玩笑（远）"
    assert matched([NEAR, FAR], "开玩笑，打包票") == [("own.promise", "打包票")]
    assert matched([NEAR, FAR], "说着玩，打包票") == []


def test_a_users_pack_owns_the_cues_of_its_folder(shared: Path) -> None:
    """Without a shipped pack only the cues of the packs' own folders are theirs to test; with one, all are."""
    assert [(cue.id, cue.title, cue.path) for cue in load_packs([str(NEAR)]).own_cues] == [
        ("joking", "玩笑（近）", str(NEAR / "cues" / "joking.yaml"))
    ]
    library = load_packs([str(NEAR), "far"])
    assert set(library.own_cues) == set(library.cues.values())
    assert library.cues["negated"].path == str(shared / "cues" / "negation.yaml")


@pytest.mark.parametrize(
    ("packs", "text", "found"),
    [
        ([NEAR], "我给您打包票", [("own.promise", "打包票")]),
        ([NEAR], "打包票务", []),
        ([NEAR], "打包票价", [("own.promise", "打包票")]),
        ([NEAR, FAR], "打包票价", []),
        ([FAR, NEAR], "打包票务", []),
        ([NEAR, FAR], "我不打包票", []),
        ([NEAR], "我不打包票", [("own.promise", "打包票")]),
        ([FAR], "保准备好", [("own.sure", "保准")]),
        ([FAR, NEAR], "保准备好", []),
        ([FAR, NEAR], "保准行", [("own.sure", "保准")]),
    ],
)
def test_allowed_words_add_up(packs: list[Path], text: str, found: list[tuple[str, str]]) -> None:
    """What any pack allows is allowed in all rules, and what a rule's twin in a farther pack allows in that rule."""
    assert matched(packs, text) == found


def test_a_pack_switches_a_phrase_off(tmp_path: Path) -> None:
    """A pack that allows a phrase of another pack switches it off, and nothing else."""
    (tmp_path / "pack.yaml").write_text("id: own\ntitle: 自己的\nversion: 1.0.0\nallow: [打包票]\n", encoding="utf-8")
    assert matched([tmp_path, NEAR], "我打包票，百分百没问题") == [("own.promise", "百分百没问题")]
    assert lint([str(tmp_path), str(NEAR)])[1] == []


def test_the_digest_changes_with_any_file(tmp_path: Path) -> None:
    """A changed rule, cue, pack head or new file changes the digest; the place of the folder does not."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = copied(FAR, tmp_path / "one"), copied(FAR, tmp_path / "two")
    digests = [load_packs([str(one)]).digest]
    assert load_packs([str(two)]).digest == digests[0] == load_packs([f"{one}/../far"]).digest
    for name in ("a.yaml", "cues/joking.yaml", "pack.yaml"):
        path = two / name
        path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
        digests.append(load_packs([str(two)]).digest)
    (two / "b.yaml").write_text((NEAR / "rules.yaml").read_text(encoding="utf-8").replace("own.promise", "own.b"))
    digests.append(load_packs([str(two)]).digest)
    digests.append(load_packs([str(one), str(two)]).digest)
    assert len(set(digests)) == 6


def test_the_digest_covers_the_shared_data(shared: Path) -> None:
    """What else lies in lexicons/ and decides results is in the digest: tables, cues, models and the rest."""
    digests = [load_packs(["far"]).digest]
    names = (
        "cues/negation.yaml", "evasion/digits.tsv", "fold/trad_simp.tsv", "models/base.json", "models/base.npz",
        "sound/pairs.tsv", "words.tsv", "categories.yaml",
    )  # fmt: skip
    for name in names:
        with (shared / name).open("a", encoding="utf-8") as file:
            file.write("# changed\n")
        digests.append(load_packs(["far"]).digest)
    assert len(set(digests)) == len(names) + 1


@pytest.fixture
def read(shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The packs whose rules are read from their files, with an empty cache; the shared data are older than all."""
    found: list[str] = []

    def reading(folder: Path, *rest: object) -> object:
        found.append(folder.name)
        return _pack(folder, *rest)

    monkeypatch.setattr("cscheck.pack._pack", reading)
    monkeypatch.setattr("cscheck.fingerprint.BEGUN", 2e10)
    monkeypatch.setenv("CSCHECK_CACHE", str(tmp_path / "cache"))
    return found


def test_shipped_packs_are_kept(shared: Path, tmp_path: Path, read: list[str]) -> None:
    """The rules of shipped packs are read once; a pack of one's own beside them is read each time."""
    own = tmp_path / "own"
    shutil.copytree(NEAR, own)
    found = [load_packs(names) for names in (["far"], ["far"], [str(own), "far"], [str(own), "far"])]
    assert read == ["far", "own", "far", "own"]
    assert [[rule.id for rule in one.rules] for one in found[2:]] == [["own.promise", "own.sure"]] * 2
    assert found[2].digest == found[3].digest


def test_a_pack_spelled_by_way_of_the_shipped_ones_is_ones_own(shared: Path, tmp_path: Path, read: list[str]) -> None:
    """``lexicons/../own`` is no shipped pack: it is read each time."""
    shutil.copytree(NEAR, shared.parent / "own")
    for _ in range(2):
        load_packs([str(shared / ".." / "own")])
    assert read == ["own", "own"]


@pytest.mark.parametrize("changed", ["packs/far/a.yaml", "cues/negation.yaml", "classes/people.yaml", "norms.yaml"])
def test_kept_packs_follow_the_shared_data(shared: Path, read: list[str], changed: str) -> None:
    """A shipped pack is read again when anything changes that its rules may refer to."""
    load_packs(["far"])
    with (shared / changed).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    load_packs(["far"])
    assert read == ["far", "far"]


def test_kept_packs_follow_the_words_of_other_packs(shared: Path, tmp_path: Path, read: list[str]) -> None:
    """A class of one's own pack with the name of a shipped one changes what shipped rules mean."""
    own, rule = tmp_path / "own", shared / "packs" / "far" / "a.yaml"
    shutil.copytree(NEAR, own)
    (own / "classes").mkdir()
    rule.write_text(rule.read_text("utf-8").replace("[打包票", "['{guarantee}'"), "utf-8")
    found = []
    for word in ("打包票", "拍胸脯", "打包票"):
        (own / "classes" / "words.yaml").write_text(f"- {{id: guarantee, title: 保证, words: [{word}]}}", "utf-8")
        (pack,) = [pack for pack in load_packs([str(own), "far"]).packs if pack.id == "far"]
        found.append([leaf.phrases[0] for rule in pack.rules for leaf in leaves_of(rule) if isinstance(leaf, Phrases)])
    assert read == ["own", "far", "own", "far", "own"]
    assert [one[0] for one in found] == ["打包票", "拍胸脯", "打包票"]


def test_faulty_packs_are_not_kept(shared: Path, read: list[str]) -> None:
    """The faults of a shipped pack are told each time, with their places."""
    (shared / "packs" / "far" / "b.yaml").write_text("- {id: x}", "utf-8")
    assert read_packs(["far"])[1] == read_packs(["far"])[1] != []
    assert read == ["far", "far"]


def test_a_fault_names_the_pack_as_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pack given by a relative path is named by it in faults and places."""
    monkeypatch.chdir(PACKS)
    _, problems = read_packs(["bad/P104_severity"])
    assert "bad/P104_severity/rules.yaml:5:13" in [f"{p.path}:{p.line}:{p.column}" for p in problems]
    assert [rule.path for rule in load_packs(["good/near"]).rules] == ["good/near/rules.yaml"]
