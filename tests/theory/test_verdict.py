"""A verdict complains of what is wrong, and of measurements that show nothing."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from tests.theory.__main__ import TIMES, TOPICS, main
from tests.theory.verdict import Case, Claim, complaints, measure


def case(theory, *, slipped=5.0, sharp=0.02, spread=0.1):
    """Return a case whose six replications are around 10."""
    values = [10 + spread * d for d in (-2, -1, -1, 1, 1, 2)]
    return Case(
        "ten",
        [Claim("size", theory, "a slip", slipped, sharp)],
        lambda seed: {"size": values[seed % 2**32]},
        replications=6,
    )


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        (case(10.2), []),
        (case(10.3), ["ten: size 10 ± 0.063 is not 10.3"]),
        (case(9.7), ["ten: size 10 ± 0.063 is not 9.7"]),
        (case(10, sharp=0.006), ["ten: size 10 ± 0.063 is too blunt"]),
        (
            case(10, slipped=10.2),
            ["ten: size 10 ± 0.063 would not notice a slip (10.2)"],
        ),
        (case(10, spread=0), []),
        (case(11, spread=0), ["ten: size 10 ± 0 is not 11"]),
    ],
)
def test_a_claim_must_be_true_sharp_and_telling(planted, said):
    assert complaints(planted) == said


def test_the_standard_error_is_that_of_the_mean_of_the_replications():
    (verdict,) = measure(case(10))

    # Squares of the deviations sum to 0.12; five degrees of freedom, six runs.
    assert verdict.error == pytest.approx((0.12 / 5 / 6) ** 0.5)


def test_a_case_plays_the_same_again_and_no_other_case_plays_like_it():
    seeds = []
    one = Case("one", [], seeds.append, replications=2)
    other = Case("other", [], seeds.append, replications=2)

    for played in (one, one, other):
        measure(played)

    assert seeds[:2] == seeds[2:4]
    assert len(set(seeds)) == 4


def test_the_command_prints_a_line_for_every_claim(monkeypatch, capsys):
    true, false = replace(case(10), name="true"), replace(case(11), name="false")
    monkeypatch.setitem(TOPICS, "true", SimpleNamespace(CASES=[true]))
    monkeypatch.setitem(TOPICS, "false", SimpleNamespace(CASES=[true, false]))

    codes = [main(["--only", topic]) for topic in ("true", "false")]

    lines = capsys.readouterr().out.splitlines()
    figures = [line.replace("│", " ").split() for line in lines if "size" in line]
    assert codes == [0, 1]
    assert figures == [
        ["true", "size", "10.000000", "10.000000", "0.063246", "+0.00"],
        ["true", "size", "10.000000", "10.000000", "0.063246", "+0.00"],
        ["false", "size", "11.000000", "10.000000", "0.063246", "-15.81"],
    ]


def test_the_long_campaign_plays_more_and_what_is_slow(monkeypatch, capsys):
    seeds = []

    def play(seed):
        seeds.append(seed)
        return {"size": 10}

    planted = [
        Case("quick", case(10).claims, play, replications=2),
        Case("slow", case(10).claims, play, replications=2, slow=True),
    ]
    monkeypatch.setitem(TOPICS, "planted", SimpleNamespace(CASES=planted))

    main(["--only", "planted"])
    short = len(seeds)
    main(["--only", "planted", "--long"])

    assert (short, len(seeds) - short) == (2, 2 * 2 * TIMES)
    assert capsys.readouterr().out.count("slow") == 1
