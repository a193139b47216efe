"""The kit passes a good environment and names the fault of each planted one."""

from __future__ import annotations

import importlib.util
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from gymnasium.spaces import Discrete
from pettingzoo.utils.wrappers import OrderEnforcingWrapper

from test_time_gym import testing
from test_time_gym.testing import ConformanceError

HERE = Path(__file__).parent


def load(name):
    """Import a neighbour: tests are not packages."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


planted = load("planted")
ToyMarket, ToyWindows = planted.ToyMarket, planted.ToyWindows
BUYERS, WAIT = planted.BUYERS, planted.WAIT


def wait(*_):
    return WAIT


def fill_cart(env, agent):
    full = env.unwrapped.shop.cart[agent] == planted.CART_MAX
    return None if full else planted.ADD


PRIVACY = {
    "private_action": fill_cart,
    "watcher": "buyer_0",
    "rival": "buyer_1",
    "idle": wait,
}


def check_masks(env_fn):
    testing.check_masks(env_fn, noop=wait)


def check_privacy(env_fn):
    testing.check_privacy(env_fn, **PRIVACY)


def check_hash_seed(env_fn):
    factory = f"planted:{env_fn.__name__}"
    testing.check_hash_seed(factory, path=[HERE], hash_seeds=(0, 1))


CHECKS = [
    testing.check_seeding,
    testing.check_reset,
    testing.check_dead_steps,
    testing.check_returned_data,
    testing.check_wrappers,
    testing.check_mask_format,
    check_masks,
    check_privacy,
    check_hash_seed,
]


# Faults of form, small enough to stand beside their test.


class MaskWithoutActions(ToyMarket):
    def mask(self, buyer):
        return super().mask(buyer) * np.int8(self.shop.cart[buyer] == 0)


class MaskOfBools(ToyMarket):
    def mask(self, buyer):
        return super().mask(buyer).astype(bool)


class MaskTooShort(ToyMarket):
    def tell(self):
        super().tell()
        for info in self.infos.values():
            info["action_mask"] = info["action_mask"][:4]


class MasksDisagree(ToyMarket):
    def tell(self):
        super().tell()
        for info in self.infos.values():
            info["action_mask"][WAIT] = 0


class TakesOnlyInt64(ToyMarket):
    def step(self, action):
        super().step(WAIT if isinstance(action, np.int32) else action)


class RefusesOptions(ToyMarket):
    def reset(self, seed=None, options=None):
        if options:
            raise ValueError("unknown options")
        super().reset(seed)


class MakesNewSpaces(ToyMarket):
    def action_space(self, agent):
        return Discrete(5)


class WiderThanItsSpace(ToyMarket):
    def observe(self, agent):
        seen = super().observe(agent)
        return seen | {"observation": seen["observation"].astype(np.float64)}


class ObservesOnlyTheSelected(ToyMarket):
    def observe(self, agent):
        if agent != self.agent_selection:
            raise RuntimeError("not your turn")
        return super().observe(agent)


class DropsTheImpatient(ToyMarket):
    def select(self):
        super().select()
        while gone := [buyer for buyer in self.agents if self.truncations[buyer]]:
            for buyer in gone:
                self.agents.remove(buyer)
                for kept in (self.rewards, self.terminations, self.truncations):
                    del kept[buyer]
            super().select()


class PaysTheDeadNothing(ToyMarket):
    def _accumulate_rewards(self):
        super()._accumulate_rewards()
        for buyer in filter(self.dead, self.agents):
            self._cumulative_rewards[buyer] = 0.0


class ComesBack(ToyMarket):
    def select(self):
        just_gone = getattr(self, "agent_selection", None)
        super().select()
        gone = [b for b in BUYERS if b not in [*self.agents, just_gone]]
        if len(self.agents) == 2 and gone and self.leaves[gone[0]] < 99:
            self.agents.append(gone[0])
            self.leaves[gone[0]] = 99
            self.rewards[gone[0]] = self._cumulative_rewards[gone[0]] = 0.0
            self.terminations[gone[0]] = self.truncations[gone[0]] = False


class ForgetsInfos(ToyMarket):
    def tell(self):
        super().tell()
        self.infos = {self.agent_selection: self.infos[self.agent_selection]}


class EndsAreNumpyBools(ToyMarket):
    def select(self):
        super().select()
        ends = {buyer: np.bool_(end) for buyer, end in self.truncations.items()}
        self.truncations = ends


class StepReturnsSomething(ToyMarket):
    def step(self, action):
        super().step(action)
        return action


class NobodyDies(ToyMarket):
    def reset(self, seed=None, options=None):
        super().reset(seed)
        self.leaves = dict.fromkeys(self.leaves, 10**9)

    def mask(self, buyer):
        return np.array([1, 1, 0, 0, 0], dtype=np.int8)


class IgnoresTheSeed(ToyMarket):
    def reset(self, seed=None, options=None):
        super().reset(1)


class StaysAfterTheEnd(ToyWindows):
    def step(self, actions):
        before = list(self.agents)
        answer = super().step(actions)
        self.agents = before if len(self.agents) == 3 else self.agents
        return answer


class AnswersOnlySurvivors(ToyWindows):
    def step(self, actions):
        *rest, infos = super().step(actions)
        return *rest, {buyer: infos[buyer] for buyer in self.agents}


FAULTS = [
    (planted.RandomAfterFirstDeath, testing.check_seeding, "step [1-9].*first env"),
    (planted.SeedZeroIsNoSeed, testing.check_seeding, "both with seed 0"),
    (planted.DivergesAtStepTwo, testing.check_seeding, r"step 2: observation\['buyer_"),
    (IgnoresTheSeed, testing.check_seeding, "seed 42 and seed 43 give the same"),
    (planted.KeepsSeatsOverReset, testing.check_reset, r"3\.0 \(new env\), [12]\.0"),
    (planted.KeepsDeadStepOverReset, testing.check_reset, "agent differs.*at a death"),
    (planted.BreaksTiesByHash, check_hash_seed, "agent differs: 'b.*PYTHONHASHSEED=0"),
    (planted.MaskAllowsTheImpossible, check_masks, "4 is legal by .* but was refused"),
    (planted.MaskForbidsThePossible, check_masks, "1 is illegal by .* was accepted"),
    (planted.RefusalMovesThePrice, check_masks, r"had an effect: price differs: \d+ "),
    (planted.ReadsBackTheMask, testing.check_mask_format, "wrote into the masks"),
    (MaskWithoutActions, testing.check_mask_format, "is all zero"),
    (MaskOfBools, testing.check_mask_format, "numpy array of int8, not bool"),
    (MaskTooShort, testing.check_mask_format, r"shape \(5,\), not \(4,\)"),
    (MasksDisagree, testing.check_mask_format, r"1 \(observation\), 0 \(info\)"),
    (planted.OverridesLast, testing.check_wrappers, "info differs.*'clock'.*BaseWrapp"),
    (planted.LeaksRivalCarts, check_privacy, "'buyer_0'.*private things.*rival idled"),
    (planted.ReusesArrays, testing.check_returned_data, "shares memory .* at step 0"),
    (planted.LookingMovesThePrice, testing.check_returned_data, "everyone observed"),
    (
        ObservesOnlyTheSelected,
        testing.check_returned_data,
        r"observe\('b.* raised Runt",
    ),
    (TakesOnlyInt64, testing.check_returned_data, "actions as np.int32"),
    (RefusesOptions, testing.check_returned_data, "raised ValueError: unknown options"),
    (MakesNewSpaces, testing.check_returned_data, r"action_space\(\) returns a new"),
    (WiderThanItsSpace, testing.check_returned_data, "is not in Dict"),
    (StepReturnsSomething, testing.check_returned_data, "must return None"),
    (planted.DiesInItsOwnTurn, testing.check_dead_steps, r"last\(\) raised KeyError"),
    (DropsTheImpatient, testing.check_dead_steps, "leaves by its own dead step"),
    (PaysTheDeadNothing, testing.check_dead_steps, r"reward of 0\.0, but .* up to \d"),
    (ComesBack, testing.check_dead_steps, "came back from the dead"),
    (ForgetsInfos, testing.check_dead_steps, r"infos has keys \['buyer_\d'\], agents"),
    (EndsAreNumpyBools, testing.check_dead_steps, "truncations must be True or False"),
    (StaysAfterTheEnd, testing.check_dead_steps, "ended but is still in agents"),
    (AnswersOnlySurvivors, testing.check_dead_steps, "infos have keys"),
]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("env_fn", [ToyMarket, ToyWindows])
def test_a_good_environment_passes(env_fn, check):
    check(env_fn)


@pytest.mark.parametrize(("env_fn", "check", "message"), FAULTS)
def test_a_planted_fault_is_found_and_named(env_fn, check, message):
    with pytest.raises(ConformanceError, match=message) as found:
        check(env_fn)

    assert found.value.check == check.__name__
    assert str(found.value).startswith(f"{check.__name__}: ")


@pytest.mark.parametrize("env_fn", [ToyMarket, ToyWindows])
def test_check_environment_reports_what_it_did_and_what_not(env_fn):
    names = [
        "check_dead_steps",
        "check_seeding",
        "check_reset",
        "check_returned_data",
        "check_wrappers",
        "check_mask_format",
        "check_masks",
    ]

    report = testing.check_environment(env_fn, masks={"noop": wait})

    assert report == testing.ConformanceReport(
        passed=tuple(names),
        skipped=(
            ("check_privacy", "no private action was given"),
            ("check_hash_seed", "no factory was given to import"),
        ),
    )


def test_check_environment_runs_everything_it_is_given():
    report = testing.check_environment(
        ToyMarket,
        factory="planted:ToyMarket",
        path=[HERE],
        masks={"noop": wait},
        privacy=PRIVACY,
    )

    assert report.skipped == ()


def test_check_environment_says_when_effects_were_not_judged():
    report = testing.check_environment(ToyMarket, skip={"check_reset": "too slow"})

    assert dict(report.skipped)["check_reset"] == "too slow"
    assert "check_masks" in report.passed
    assert "check_masks (effects of refusals)" in dict(report.skipped)


def test_check_environment_refuses_to_skip_what_it_does_not_know():
    with pytest.raises(ValueError, match="check_rest"):
        testing.check_environment(ToyMarket, skip={"check_rest": "misspelt"})


def test_a_stock_wrapper_around_the_environment_hides_nothing():
    with pytest.raises(ConformanceError, match="'clock'"):
        testing.check_wrappers(lambda: OrderEnforcingWrapper(planted.OverridesLast()))


def test_a_leak_is_no_leak_where_the_view_leaves_it_out():
    testing.check_privacy(
        planted.LeaksRivalCarts,
        **PRIVACY,
        view=lambda observation, _: observation["observation"][[0, 2, 3]],
    )


@pytest.mark.parametrize(
    ("private_action", "message"),
    [
        (lambda *_: None, "never had a private action"),
        (wait, "saw nothing of its private actions"),
    ],
)
def test_check_privacy_refuses_to_prove_nothing(private_action, message):
    with pytest.raises(ConformanceError, match=message):
        testing.check_privacy(ToyMarket, **PRIVACY | {"private_action": private_action})


def test_an_episode_without_end_is_a_finding_unless_it_is_cut(monkeypatch):
    monkeypatch.setattr("test_time_gym.testing.walk.ENDLESS", 200)

    with pytest.raises(ConformanceError, match="not ended after 200 steps"):
        testing.check_seeding(NobodyDies)
    with pytest.raises(ConformanceError, match="nobody died"):
        testing.check_dead_steps(NobodyDies, max_steps=50)
    testing.check_seeding(NobodyDies, max_steps=50)


def test_a_process_that_fails_is_a_finding():
    with pytest.raises(ConformanceError, match="has no attribute 'Nothing'"):
        testing.check_hash_seed("planted:Nothing", path=[HERE])


def test_an_exception_may_count_as_a_refusal():
    class Raises(ToyMarket):
        def refuse(self, me, verb):
            raise LookupError(verb)

    testing.check_masks(Raises, refusals=(LookupError,))
    with pytest.raises(ConformanceError, match="raised LookupError"):
        testing.check_masks(Raises)


# Why the kit exists: PettingZoo's own suites find nothing wrong with these.
UNSEEN = [
    planted.RandomAfterFirstDeath,
    planted.SeedZeroIsNoSeed,
    planted.KeepsSeatsOverReset,
    planted.KeepsDeadStepOverReset,
    planted.BreaksTiesByHash,
    planted.MaskAllowsTheImpossible,
    planted.RefusalMovesThePrice,
    planted.ReadsBackTheMask,
    planted.LeaksRivalCarts,
    planted.ReusesArrays,
    planted.LookingMovesThePrice,
]
ONCE_UNSEEN = pytest.mark.skipif(
    tuple(map(int, version("pettingzoo").split(".")[:2])) > (1, 27),
    reason="compared with the suites of PettingZoo 1.27",
)


@ONCE_UNSEEN
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("env_fn", UNSEEN)
def test_the_official_aec_suites_do_not_see_it(env_fn):
    from pettingzoo.test import api_test, seed_test  # may warn on import

    api_test(env_fn(), num_cycles=50)
    seed_test(env_fn, num_cycles=50)


@ONCE_UNSEEN
@pytest.mark.filterwarnings("ignore")
def test_the_official_parallel_suites_do_not_see_it():
    from pettingzoo.test import parallel_api_test, parallel_seed_test

    parallel_api_test(planted.DivergesAtStepTwo(), num_cycles=50)
    parallel_seed_test(planted.DivergesAtStepTwo, num_cycles=50)
