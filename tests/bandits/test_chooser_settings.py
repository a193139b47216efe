"""Settings and features: what is refused, and how a linear posterior fades."""

from math import inf, nan

import pytest

from test_time_gym.agents.bandits import make_chooser
from test_time_gym.market.interface.policy import AgentError, policy_stream


@pytest.mark.parametrize(
    ("kind", "setting", "value"),
    [
        ("thompson", "successes", 0.4),
        ("thompson", "failures", inf),
        ("ucb1", "width", -0.1),
        ("ucb1", "width", nan),
        ("epsilon", "epsilon", 1.1),
        ("epsilon", "fade", -1),
        ("linear", "precision", 0),
        ("linear", "noise", inf),
    ],
)
def test_a_setting_out_of_range_is_refused_by_name(kind, setting, value):
    with pytest.raises(AgentError, match=setting):
        make_chooser(kind, policy_stream(1), **{setting: value})


def test_an_unknown_kind_is_refused_with_the_nearest_known():
    with pytest.raises(AgentError, match="did you mean thompson"):
        make_chooser("tompson", policy_stream(1))


@pytest.mark.parametrize("features", [(nan,), (inf,), (1.0, -inf)])
def test_features_that_are_no_finite_numbers_are_refused(features):
    chooser = make_chooser("linear", policy_stream(1))

    with pytest.raises(AgentError, match="finite numbers"):
        chooser.choose("any", features, ("a", "b"))


def test_a_linear_chooser_wants_the_same_features_every_time():
    chooser = make_chooser("linear", policy_stream(1))
    chooser.learn("any", (1.0, 0.0), "a", 1.0)

    with pytest.raises(AgentError, match="1 features, but 2 the first time"):
        chooser.choose("any", (1.0,), ("a", "b"))


def test_a_linear_posterior_fades_towards_its_prior():
    chooser = make_chooser("linear", policy_stream(1), keep=0.5, noise=0.5)
    for _ in range(4):
        chooser.learn("any", (), "a", 1.0)

    met = []
    for _ in range(3):
        met.extend(chooser.choose("any", (), ["a"]).means)
        chooser.pass_episode()

    # With evidence n / noise of a reward 0.5 above the prior: 0.5 n / (0.5 + n).
    assert met == pytest.approx(
        [0.5 + 0.5 * n / (0.5 + n) for n in (4, 2, 1)], abs=1e-6
    )


def test_a_beta_posterior_fades_towards_its_prior():
    chooser = make_chooser("thompson", policy_stream(1), keep=0.5, successes=2)
    for _ in range(4):
        chooser.learn("any", (), "a", 0.75)

    met = []
    for _ in range(3):
        met.extend(chooser.choose("any", (), ["a"]).means)
        chooser.pass_episode()

    assert met == pytest.approx([5 / 7, 3.5 / 5, 2.75 / 4], abs=1e-6)
