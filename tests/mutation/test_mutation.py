"""The command counts what mutmut notes, and the page keeps what people wrote."""

import pytest
from tests.mutation.__main__ import main, table
from tests.mutation.bench import ROOT, Broken, Score, Survivor, make_copy, score
from tests.mutation.page import PAGE, read, total, with_score, write
from tests.mutation.targets import TARGETS

MODULE = "market/ledger.py"
# What mutmut writes of a module with one function and one method.
MUTATED = """
def x_half__mutmut_orig(n: int, by: int = 2) -> int:
    return n // by


def x_half__mutmut_1(n: int, by: int = 3) -> int:
    return n // by


def x_half__mutmut_2(n: int, by: int = 2) -> int:
    return n / by


class _Box:
    def xǁ_Boxǁ_put__mutmut_orig(self, a, b):
        return a | b

    def xǁ_Boxǁ_put__mutmut_1(self, a, b):
        return a & b
"""
DEFAULT = Survivor(
    "half",
    "def half(n: int, by: int = 2) -> int: → def half(n: int, by: int = 3) -> int:",
)
BODY = Survivor("half", "return n // by → return n / by")
METHOD = Survivor("_Box._put", "return a | b → return a & b")


def scored(half_1, half_2, put_1):
    codes = {
        "market.x.x_half__mutmut_1": half_1,
        "market.x.x_half__mutmut_2": half_2,
        "market.x.xǁ_Boxǁ_put__mutmut_1": put_1,
    }
    return score(MODULE, codes, MUTATED, 7)


@pytest.mark.parametrize(
    ("codes", "killed", "timeouts", "survivors"),
    [
        ((1, 1, 1), 3, 0, ()),
        ((3, 2, -11), 3, 0, ()),
        ((1, 36, -24), 1, 2, ()),
        ((0, 5, 33), 0, 0, (DEFAULT, BODY, METHOD)),
    ],
)
def test_exit_codes_say_what_became_of_a_mutant(codes, killed, timeouts, survivors):
    assert scored(*codes) == Score(MODULE, killed, timeouts, survivors, 7)


def test_a_code_that_is_not_understood_is_no_result():
    with pytest.raises(Broken, match=r"undecided: {'market.x.x_half__mutmut_2': 4}"):
        scored(1, 4, 1)


def test_the_page_says_what_was_found():
    text = write(with_score({}, scored(1, 36, 0)))

    assert f"| `{MODULE}` | 3 | 1 | 1 | 1 | 66.7 % |\n| together | 3 |" in text
    assert r"| `_Box._put` | `return a \| b → return a & b` | open |" in text


def test_the_page_keeps_verdicts_of_survivors_that_are_still_there():
    old = write(with_score({}, scored(1, 0, 0)))
    judged = old.replace("a & b` | open", "a & b` | equivalent: of bits \\| sets")
    other = with_score(read(judged), Score("market/holds.py", 5, 0, (), 1))

    new = with_score(other, scored(0, 1, 0))

    assert new[MODULE].survivors == (
        (DEFAULT, "open"),
        (METHOD, "equivalent: of bits \\| sets"),
    )
    assert list(new) == [MODULE, "market/holds.py"]
    assert read(write(new)) == new


def test_the_page_in_the_repository_is_whole_and_judged():
    text = PAGE.read_text("utf-8")
    rows = read(text)

    assert write(rows) == text
    assert list(rows) == list(TARGETS)
    assert all(verdict for _, verdict in total(rows).survivors)


def test_targets_and_their_tests_exist():
    named = [*TARGETS, *(name for tests in TARGETS.values() for name in tests)]

    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_the_copy_has_real_folders_where_links_stand(tmp_path):
    make_copy(tmp_path)

    for module in TARGETS:
        copied = tmp_path / "src/test_time_gym" / module
        assert copied.read_bytes() == (ROOT / module).read_bytes()
    assert [path for path in tmp_path.rglob("*") if path.is_symlink()] == []
    assert (tmp_path / "tests/market/test_ledger.py").is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--only", "market/clock.py"], "invalid choice: 'market/clock.py'"),
        (["--jobs", "0"], "--jobs must be at least 1, not 0"),
    ],
)
def test_a_mistake_on_the_command_line_is_explained(arguments, told, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2
    assert told in capsys.readouterr().err


def test_without_mutmut_the_command_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    assert main([]) == 2
    assert "pip install -e '.[mutation]'" in capsys.readouterr().err


def test_the_table_has_one_row_for_every_module():
    shown = table([scored(1, 1, 0), Score("market/holds.py", 5, 0, (), 1)])

    assert shown.row_count == 2
