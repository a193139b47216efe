"""The placebo of models: skills of a site that sells something else."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step
from test_time_gym.market.interface.policy import policy_stream
from test_time_gym.market.interface.verbs import Verb, verb_table
from test_time_gym.scenarios.hotels.domain import HOTELS

__all__ = ["elsewhere"]

_OFFERS: Final = HOTELS.words.offers
_ID: Final = HOTELS.words.offer_id
_PLACES: Final[Sequence[tuple[Verb, dict[str, str]]]] = (
    (Verb.SEARCH, {}),
    (Verb.FILTER_RESULTS, {"max_price": "constraints.budget"}),
    (Verb.SELECT, {_ID: f"{_OFFERS}[least price].id"}),
    (Verb.ADD_TO_CART, {_ID: f"{_OFFERS}[fitting least price].id"}),
    (Verb.SELECT, {_ID: f"{_OFFERS}[most price].id"}),
)
"""What can be done with the offers there, and with nothing else."""


def elsewhere(skills: Sequence[Skill], seed: int) -> list[Skill]:
    """Return as many skills of as many steps, of a site that sells rooms.

    They begin on its pages, and are about its offers: here they never apply.

    Args:
        skills: those of an agent, in their order.
        seed: of the chance by which steps are drawn.
    """
    dice = policy_stream(seed, "placebo")
    pool = [_step(verb, places) for verb, places in _PLACES]
    found = []
    for k, one in enumerate(skills):
        steps = tuple([pool[dice.below(len(pool))] for _ in one.steps])
        verbs = "-".join([step.verb.split("_")[0] for step in steps])
        before = {"view": "search_results", _OFFERS: "some"}
        placed = replace(one, name=f"{verbs}-{k + 1}", precondition=before, steps=steps)
        found.append(replace(placed, postcondition={"view": "cart", _OFFERS: "none"}))
    return found


def _step(verb: Verb, places: dict[str, str]) -> Step:
    args: dict[str, tuple[Binding, ...]]
    args = {name: (Binding(path=path),) for name, path in places.items()}
    return Step(verb=verb_table(HOTELS).names[verb], args=args)
