"""Learning to choose: regret, changes, and contexts that only features tell apart."""

from math import log, pi, sqrt

import pytest

from test_time_gym.agents.bandits import make_chooser
from test_time_gym.agents.bandits.variates import uniform
from test_time_gym.market.interface.policy import policy_stream

MEANS = (0.9, 0.8, 0.7, 0.5)


def pulls(chooser, means, count, seed):
    """Pull Bernoulli arms; return the place of each arm chosen.

    Each arm has its own luck, pull by pull, whichever chooser pulls it.
    """
    arms = [f"arm {at}" for at in range(len(means))]
    luck = [policy_stream(seed, arm) for arm in arms]
    chosen = []
    for _ in range(count):
        arm = chooser.choose("any", (), arms).chosen
        at = arms.index(arm)
        reward = float(uniform(luck[at]) <= means[at])
        chooser.learn("any", (), arm, reward)
        chooser.pass_episode()
        chosen.append(at)
    return chosen


def regret(kind, means, count, seed, **settings):
    chooser = make_chooser(kind, policy_stream(seed, "choice"), **settings)
    best = max(means)
    return sum(best - means[at] for at in pulls(chooser, means, count, seed))


def mean_regret(kind, seeds=8, count=1500, **settings):
    runs = [regret(kind, MEANS, count, seed, **settings) for seed in range(seeds)]
    return sum(runs) / seeds


def bound_of_ucb1(means, count):
    """Return Theorem 1 of Auer, Cesa-Bianchi and Fischer (2002)."""
    gaps = [max(means) - mean for mean in means if mean < max(means)]
    return 8 * log(count) * sum(1 / gap for gap in gaps) + (1 + pi**2 / 3) * sum(gaps)


@pytest.mark.slow
def test_ucb1_stays_within_its_published_bound_where_uniform_choice_does_not():
    means, count = (0.9, 0.2, 0.1), 1500
    bound = bound_of_ucb1(means, count)

    assert mean_of(means, "ucb1", count) <= bound < mean_of(means, "uniform", count)


def mean_of(means, kind, count):
    return sum(regret(kind, means, count, seed) for seed in range(6)) / 6


@pytest.mark.slow
def test_thompson_stays_within_its_bayesian_bound_where_uniform_choice_does_not():
    # E[regret] <= sqrt(K H T / 2), H <= ln K the entropy of the best arm: Russo and
    # Van Roy, "An information-theoretic analysis of Thompson sampling" (2016).
    arms, count, problems = 4, 300, 40
    bound = sqrt(arms * log(arms) * count / 2)
    chance = policy_stream(11)
    drawn = [[uniform(chance) for _ in range(arms)] for _ in range(problems)]

    def average(kind):
        runs = [regret(kind, means, count, at) for at, means in enumerate(drawn)]
        return sum(runs) / problems

    assert average("thompson") <= bound < average("uniform")


@pytest.mark.slow
def test_thompson_regrets_less_than_ucb1_and_epsilon_greedy():
    thompson = mean_regret("thompson")

    assert 2 * thompson < mean_regret("ucb1")
    assert 1.2 * thompson < mean_regret("epsilon")
    assert 4 * thompson < mean_regret("uniform")


def test_epsilon_that_fades_explores_less():
    steady = make_chooser("epsilon", policy_stream(2), epsilon=0.2)
    fading = make_chooser("epsilon", policy_stream(2), epsilon=0.2, fade=10)
    for chooser in (steady, fading):
        for at in range(30):
            chooser.learn("any", (), "ab"[at % 2], float(at % 2))

    assert steady.probabilities("any", (), "ab") == pytest.approx((0.1, 0.9))
    assert fading.probabilities("any", (), "ab") == pytest.approx((0.025, 0.975))


def recovery(kind, seed, **settings):
    """Return how many pulls after a swap 16 of 20 are of the arm that is best now."""
    chooser = make_chooser(kind, policy_stream(seed, "choice"), **settings)
    pulls(chooser, (0.8, 0.2), 500, seed)
    chosen = pulls(chooser, (0.2, 0.8), 200, seed + 100)
    for at in range(len(chosen) - 19):
        if sum(chosen[at : at + 20]) >= 16:
            return at + 20
    return len(chosen) + 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "settings"), [("thompson", {}), ("ucb1", {"width": 0.2}), ("epsilon", {})]
)
def test_who_discounts_recovers_from_a_swap_within_60_pulls_and_others_do_not(
    kind, settings
):
    fading = [recovery(kind, seed, keep=0.96, **settings) for seed in range(5)]
    steady = [recovery(kind, seed, **settings) for seed in range(5)]

    assert max(fading) <= 60
    assert min(steady) > 200


def contextual(kind, count=400):
    """Return the share of right choices in the last 200 of a problem with features.

    Which of two arms is right depends on the sign of one feature; the bucket is the
    same all the time.
    """
    chooser = make_chooser(kind, policy_stream(5, "choice"))
    luck = policy_stream(5, "luck")
    right = []
    for _ in range(count):
        x = 2 * uniform(luck) - 1
        features = (x, uniform(luck))
        arm = chooser.choose("same", features, ("low", "high")).chosen
        mean = 0.5 + (0.4 if arm == "high" else -0.4) * x
        chooser.learn("same", features, arm, float(uniform(luck) <= mean))
        right.append((arm == "high") == (x > 0))
    return sum(right[-200:]) / 200


@pytest.mark.slow
def test_a_linear_model_learns_what_one_bucket_cannot_hold():
    assert contextual("linear") >= 0.85
    assert contextual("thompson") <= 0.65


def test_a_linear_posterior_is_the_least_squares_solution_with_a_prior():
    chooser = make_chooser("linear", policy_stream(1), precision=2.0, noise=0.5)
    for x, reward in ((0.0, 0.25), (1.0, 0.75), (2.0, 1.0)):
        chooser.learn("any", (x,), "arm", reward)

    choice = chooser.choose("any", (3.0,), ["arm"])

    # A = 2 I + 2 [[3, 3], [3, 5]], b = 2 (0.5, 1.25): w = A⁻¹ b by hand.
    determinant = 8 * 12 - 6 * 6
    bias = (12 * 1.0 - 6 * 2.5) / determinant
    slope = (8 * 2.5 - 6 * 1.0) / determinant
    variance = (12 - 2 * 6 * 3 + 8 * 9) / determinant
    assert choice.means == pytest.approx((0.5 + bias + 3 * slope,), abs=1e-6)
    assert choice.spreads == pytest.approx((sqrt(variance),), abs=1e-6)
