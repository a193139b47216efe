"""Choosers: what all kinds of them keep to."""

import json
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.agents.bandits import chooser_kinds, make_chooser
from test_time_gym.market.interface.policy import AgentError, policy_stream

KINDS = chooser_kinds()
ARMS = ("explore", "pay", "search", "fill")
FEATURES = (1.0, 0.25)

pytestmark = pytest.mark.parametrize("kind", KINDS)

rewards = st.floats(0, 1)
steps = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(ARMS), rewards), max_size=30
)


def fresh(kind, seed=7, **settings):
    return make_chooser(kind, policy_stream(seed, "choice"), **settings)


def lived(chooser, turns=60):
    """Let a chooser choose and learn for a while; return what it chose."""
    choices = []
    for turn in range(turns):
        context = "AB"[turn % 2]
        choice = chooser.choose(context, FEATURES, ARMS[: 2 + turn % 3])
        reward = (ARMS.index(choice.chosen) + turn % 3) / 5
        chooser.learn(context, FEATURES, choice.chosen, reward)
        if turn % 5 == 4:
            chooser.pass_episode()
        choices.append(choice)
    return choices


def test_only_offered_arms_are_chosen_and_logged_as_offered(kind):
    choices = lived(fresh(kind))

    assert [c.arms for c in choices] == [ARMS[: 2 + turn % 3] for turn in range(60)]
    assert all(choice.chosen in choice.arms for choice in choices)


def test_the_same_seed_gives_the_same_choices_and_another_seed_others(kind):
    once, again, other = fresh(kind), fresh(kind), fresh(kind, seed=8)

    choices = lived(once)

    assert lived(again) == choices
    assert again.dump() == once.dump()
    assert lived(other) != choices


def test_a_single_arm_is_no_choice(kind):
    chooser = fresh(kind)
    before = chooser.dump()

    choice = chooser.choose("A", FEATURES, ["pay"])

    assert (choice.chosen, choice.propensity, choice.exploratory) == ("pay", 1, False)
    assert chooser.probabilities("A", FEATURES, ["pay"]) == (1.0,)
    assert chooser.dump() == before


@pytest.mark.parametrize("keep", [1.0, 0.9])
def test_a_dump_continues_identically_after_json(kind, keep):
    chooser = fresh(kind, keep=keep)
    lived(chooser)
    copy = fresh(kind, keep=keep)

    copy.load(json.loads(json.dumps(chooser.dump(), sort_keys=True)))

    assert copy.dump() == chooser.dump()
    assert lived(copy) == lived(chooser)
    assert copy.dump() == chooser.dump()


def test_a_loaded_chooser_shares_nothing_with_the_dump(kind):
    chooser = fresh(kind)
    lived(chooser)
    dump = chooser.dump()
    text = json.dumps(dump)
    copy = fresh(kind)
    copy.load(dump)

    lived(copy)
    lived(chooser)

    assert json.dumps(dump) == text


def test_a_forgotten_arm_is_as_new(kind):
    chooser = fresh(kind)
    lived(chooser)
    new = fresh(kind).choose("A", FEATURES, ["pay"])

    chooser.forget("pay")
    chooser.forget("never seen")

    for context in "AB":
        choice = chooser.choose(context, FEATURES, ["pay"])
        assert (choice.means, choice.spreads) == (new.means, new.spreads)


def test_probabilities_sum_to_one_and_agree_with_the_log(kind):
    chooser = fresh(kind, keep=0.95)

    for turn in range(40):
        context = "AB"[turn % 2]
        shares = chooser.probabilities(context, FEATURES, ARMS)
        choice = chooser.choose(context, FEATURES, ARMS)

        assert sum(shares) == pytest.approx(1, abs=1e-9)
        share = shares[ARMS.index(choice.chosen)]
        assert choice.propensity == pytest.approx(share, abs=1e-6)
        chooser.learn(context, FEATURES, choice.chosen, turn % 4 / 3)
        chooser.pass_episode()


def test_propensities_are_the_frequencies_of_choices(kind):
    chooser = fresh(kind)
    for arm, reward in zip(ARMS, (0.2, 0.5, 0.45, 0.4), strict=True):
        for _ in range(6):
            chooser.learn("A", FEATURES, arm, reward)
    shares = chooser.probabilities("A", FEATURES, ARMS)

    chosen = [chooser.choose("A", FEATURES, ARMS).chosen for _ in range(4000)]

    for arm, share in zip(ARMS, shares, strict=True):
        deviation = (share * (1 - share) / 4000) ** 0.5
        assert abs(chosen.count(arm) / 4000 - share) <= 4 * deviation + 0.005


def test_exploratory_means_that_a_better_mean_was_passed_over(kind):
    chooser = fresh(kind)

    for choice in lived(chooser, 200):
        mean = choice.means[choice.arms.index(choice.chosen)]
        if max(choice.means) - mean > 1e-5:
            assert choice.exploratory
        elif mean == max(choice.means):
            assert not choice.exploratory


def test_what_is_known_beforehand_moves_the_mean(kind):
    chooser = fresh(kind)

    chooser.prior("A", "pay", 0.9, 200)
    chooser.prior("A", "fill", 0.1, 200)
    choice = chooser.choose("A", (0.0, 0.0), ["pay", "fill"])

    assert choice.means == pytest.approx((0.9, 0.1), abs=0.02)
    assert max(choice.spreads) < 0.3


@pytest.mark.parametrize("reward", [-0.001, 1.001, nan, inf, -inf])
def test_a_reward_out_of_range_is_refused_and_changes_nothing(kind, reward):
    chooser = fresh(kind)
    before = chooser.dump()

    with pytest.raises(AgentError, match="a reward is a number from 0 to 1"):
        chooser.learn("A", FEATURES, "pay", reward)

    assert chooser.dump() == before


@pytest.mark.parametrize(
    ("mean", "weight", "text"),
    [
        (1.5, 1, "a mean is"),
        (nan, 1, "a mean is"),
        (1, -1, "weight"),
        (1, inf, "weight"),
    ],
)
def test_an_impossible_prior_is_refused(kind, mean, weight, text):
    chooser = fresh(kind)
    before = chooser.dump()

    with pytest.raises(AgentError, match=text):
        chooser.prior("A", "pay", mean, weight)

    assert chooser.dump() == before


@pytest.mark.parametrize("arms", [[], ["pay", "fill", "pay"]])
def test_arms_are_there_and_differ(kind, arms):
    for ask in (fresh(kind).choose, fresh(kind).probabilities):
        with pytest.raises(AgentError, match=r"nothing to choose|offered twice"):
            ask("A", FEATURES, arms)


@pytest.mark.parametrize("keep", [0, -1, 1.01, nan])
def test_keep_is_a_share(kind, keep):
    with pytest.raises(AgentError, match="keep is a number above 0, at most 1"):
        fresh(kind, keep=keep)


def test_an_unknown_setting_is_refused_with_the_nearest_known(kind):
    with pytest.raises(AgentError, match="did you mean keep"):
        fresh(kind, kepe=0.5)


def test_a_dump_of_something_else_is_refused(kind):
    chooser = fresh(kind)
    good = chooser.dump()

    for wrong in (
        good | {"schema": 2},
        good | {"kind": "other"},
        good | {"settings": {"keep": 0.5}},
        {},
    ):
        with pytest.raises(AgentError, match="make a chooser like the one"):
            chooser.load(wrong)


def test_a_dump_is_refused_by_a_stream_that_is_past_it(kind):
    chooser = fresh(kind)
    early = chooser.dump() | {"drawn": -1}

    with pytest.raises(AgentError, match="fresh stream"):
        chooser.load(early)


@pytest.mark.property
@given(steps=steps, keep=st.floats(0.01, 1))
def test_any_life_can_be_dumped_and_continued(kind, steps, keep):
    chooser, copy = fresh(kind, keep=keep), fresh(kind, keep=keep)
    for context, arm, reward in steps:
        chooser.learn(context, FEATURES, arm, reward)
        chooser.choose(context, FEATURES, ARMS)
        chooser.pass_episode()

    copy.load(json.loads(json.dumps(chooser.dump())))

    assert lived(copy, 10) == lived(chooser, 10)


@pytest.mark.property
@given(reward=st.floats())
def test_any_reward_is_learned_or_refused(kind, reward):
    chooser = fresh(kind)

    if 0 <= reward <= 1:
        chooser.learn("A", FEATURES, "pay", reward)
        shares = chooser.probabilities("A", FEATURES, ARMS)
        assert sum(shares) == pytest.approx(1)
    else:
        with pytest.raises(AgentError, match="from 0 to 1"):
            chooser.learn("A", FEATURES, "pay", reward)
