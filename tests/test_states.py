"""State files: how they are read, what is wrong with them, and their examples."""

from __future__ import annotations

from pathlib import Path

from cscheck.pack import load_packs
from cscheck.selftest import selftest_states
from cscheck.source import Faults
from cscheck.states import StateFile, load_states


def load(folder: Path, *files: str) -> tuple[tuple[StateFile, ...], list[str]]:
    """Write each text to a folder of its own and load them; return the states and the faults as printed."""
    folders = []
    for number, content in enumerate(files):
        folders.append(folder / str(number))
        folders[-1].mkdir()
        (folders[-1] / "states.yaml").write_text(content, encoding="utf-8")
    faults = Faults([])
    states = load_states(folders, {}, faults)
    return states, [str(problem).replace(f"{folder}/", "") for problem in sorted(faults.problems)]


def test_states_of_a_later_folder_win(tmp_path: Path) -> None:
    """Of two states with one id the one of the later folder counts, also where an earlier state names it."""
    states, problems = load(
        tmp_path,
        "- {id: calm, title: 平静, when: {not: {is: upset}}}\n- {id: upset, title: 生气, when: {phrases: [气]}}",
        "- {id: upset, title: 发火, when: {phrases: [火]}}",
    )
    assert problems == []
    assert [(state.id, state.title) for state in states] == [("calm", "平静"), ("upset", "发火")]


def test_faults_of_state_files(tmp_path: Path) -> None:
    """Missing and unknown keys, doubles, unknown cues and states that name themselves are all told at once."""
    _, problems = load(
        tmp_path,
        """
- {id: a, title: 甲}
- {id: b, title: 乙, when: {phrases: [乙], unless: [negated]}, speaker: agent}
- {id: b, title: 乙, when: {phrases: [丙]}}
- {id: c, title: 丙, when: {not: {is: c}}}
""",
    )
    assert problems == [
        "0/states.yaml:2:3: [P106] a state needs the key(s) when",
        "0/states.yaml:3:27: [P108] state 'b': unknown cue 'negated' (known: )",
        "0/states.yaml:3:62: [P101] a state: unknown key 'speaker' (known: id, title, when, examples)",
        "0/states.yaml:4:3: [P105] state 'b' is defined twice",
        "0/states.yaml:5:38: [P117] the state 'c' is defined by itself",
    ]


def test_cues_beside_a_model_in_a_state(tmp_path: Path) -> None:
    """An unknown cue that acts on what a model finds is told of like one that acts on words."""
    _, problems = load(tmp_path, "- {id: a, title: 甲, when: {learned: promise, unless: [negatd]}}")
    assert problems == ["0/states.yaml:1:27: [P108] state 'a': unknown cue 'negatd' (known: )"]


def test_examples_of_states(tmp_path: Path) -> None:
    """A hit must be in the state at the marked words, a miss must not; each wrong example is named."""
    states, problems = load(
        tmp_path,
        """
- id: upset
  title: 生气
  when: {phrases: [气死], speaker: customer, boundary: none}
  examples:
    hit: [['客户：⟦气死⟧我了'], ['客户：好']]
    miss: [['客服：气死我了'], ['客户：气死']]
""",
    )
    assert problems == []
    assert [str(problem).replace(f"{tmp_path}/", "") for problem in selftest_states(states, {})] == [
        "0/states.yaml:6: [P301] state 'upset': a hit example is not hit (nothing matched): '客户：好'",
        "0/states.yaml:7: [P301] state 'upset': a miss example is hit at 气死: '客户：气死'",
    ]


def test_an_example_of_a_state_may_name_its_channel(tmp_path: Path) -> None:
    """A state that holds on the phone alone has examples of the phone and of chats."""
    states, problems = load(
        tmp_path,
        """
- id: slow
  title: 冷场
  when: {channel: call, silence: 30 s}
  examples:
    hit: [['渠道：电话', '[00:00] 客户：喂', '[00:40] 客服：⟦在的⟧']]
    miss:
      - ['渠道：在线', '[00:00] 客户：喂', '[00:40] 客服：在的']
      - ['渠道：电话', '[00:00] 客户：喂', '[00:20] 客服：在的']
""",
    )
    assert problems == []
    assert selftest_states(states, {}) == ()


def test_the_shipped_states_are_what_their_examples_say() -> None:
    """Every shipped state has examples on both sides, and they come out."""
    library = load_packs(["base"])
    assert selftest_states(library.states, library.cues) == ()
    kinds = {state.id: {example.kind for example in state.examples} for state in library.states}
    assert {name for name, seen in kinds.items() if seen != {"hit", "miss"}} == set()
