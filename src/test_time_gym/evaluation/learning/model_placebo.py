"""The placebo of models: skills of a site that sells something else."""

from collections.abc import Sequence

from msgspec.structs import replace

from test_time_gym.agents.skills.skill.skill import Binding, Skill, Step
from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.policy import policy_stream
from test_time_gym.market.interface.verbs import Verb, verb_table
from test_time_gym.scenarios.flights.domain import FLIGHTS
from test_time_gym.scenarios.hotels.domain import HOTELS

__all__ = ["elsewhere"]


def elsewhere(skills: Sequence[Skill], seed: int, trade: Trade) -> list[Skill]:
    """Return as many skills of as many steps, of a site that sells something else.

    They begin on its pages, and are about its offers: here they never apply.

    Args:
        skills: those of an agent, in their order.
        seed: of the chance by which steps are drawn.
        trade: what is sold here.
    """
    other = FLIGHTS if trade.name == HOTELS.name else HOTELS
    dice, offers = policy_stream(seed, "placebo"), other.words.offers
    pool = [_step(other, verb, places) for verb, places in _places(other)]
    found = []
    for k, one in enumerate(skills):
        steps = tuple([pool[dice.below(len(pool))] for _ in one.steps])
        verbs = "-".join([step.verb.split("_")[0] for step in steps])
        before = {"view": "search_results", offers: "some"}
        placed = replace(one, name=f"{verbs}-{k + 1}", precondition=before, steps=steps)
        found.append(replace(placed, postcondition={"view": "cart", offers: "none"}))
    return found


def _places(trade: Trade) -> list[tuple[Verb, dict[str, str]]]:
    """Return what can be done with the offers of a trade, and with nothing else."""
    offers, offer = trade.words.offers, trade.words.offer_id
    return [
        (Verb.SEARCH, {}),
        (Verb.FILTER_RESULTS, {"max_price": "constraints.budget"}),
        (Verb.SELECT, {offer: f"{offers}[least price].id"}),
        (Verb.ADD_TO_CART, {offer: f"{offers}[fitting least price].id"}),
        (Verb.SELECT, {offer: f"{offers}[most price].id"}),
    ]


def _step(trade: Trade, verb: Verb, places: dict[str, str]) -> Step:
    args: dict[str, tuple[Binding, ...]]
    args = {name: (Binding(path=path),) for name, path in places.items()}
    return Step(verb=verb_table(trade).names[verb], args=args)
