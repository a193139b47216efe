"""`make check` finds the tests of what changed."""

from tests.changed import ALWAYS, belonging, main

TESTS = [
    "tests/cli/test_fork.py",
    "tests/replay/test_forks.py",
    "tests/replay/test_fork_refusals.py",
    "tests/market/test_holds.py",
    "tests/unit/test_household.py",
]


def test_a_source_file_brings_the_tests_that_are_named_for_it():
    assert belonging(["src/test_time_gym/replay/fork.py"], TESTS) == [
        "tests/cli/test_fork.py",
        "tests/replay/test_fork_refusals.py",
        "tests/replay/test_forks.py",
    ]


def test_a_changed_test_brings_itself_and_a_document_nothing():
    changed = ["tests/market/test_holds.py", "docs/holds.md"]

    assert belonging(changed, TESTS) == ["tests/market/test_holds.py"]


def test_part_of_a_word_is_no_name():
    assert belonging(["market/old.py"], TESTS) == []


def test_the_rules_of_the_house_are_always_tested(capsys):
    main(["--since", "HEAD"])

    assert capsys.readouterr().out.splitlines()[0] == ALWAYS
