"""Common random numbers: adding, removing and reordering agents moves no luck."""

import os
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from test_time_gym.dst import draw_case
from test_time_gym.dst.case_agents import PLAYERS, seated
from test_time_gym.envs.adapter import buyer_names
from test_time_gym.journal import MemorySink
from test_time_gym.journal.record import decoded
from test_time_gym.market.arrivals import Arrivals
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.buyer import BuyerRole
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.payments.issuer import Issuer
from test_time_gym.market.world import World
from test_time_gym.replay import exogenous, moved
from test_time_gym.scenarios import load_scenario, scenario_names

pytestmark = pytest.mark.property

SEEDS = range(20 if os.environ.get("TTGYM_LONG") else 1)

POLICIES = ("cheapest", "patient", "hoarder", "retrier")
CHANGES = {
    "more": (*POLICIES, "first-offer", "canceller"),
    "fewer": POLICIES[:2],
    "one": POLICIES[:1],
    "turned round": POLICIES[::-1],
    "others": ("random", "idle", "rebooker", "key-abuser"),
}
HOW = {"calm_from": 10**6}


class Run:
    """An episode: its luck as the journal shows it, and as it was drawn."""

    def __init__(self, scenario, seed, policies, max_turns=25, how=HOW):
        policies = policies[: scenario.agents.most]
        sink = MemorySink()
        self.arrivals = {}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Arrivals, "step", self._watched(Arrivals.step))
            turns = Turns(
                scenario,
                World.of(scenario.market),
                seed,
                buyer_names(len(policies)),
                max_turns=max_turns,
                window_ms=how.get("window_ms", 0),
                shuffle_ties=how.get("shuffle_ties", False),
                sink=sink,
                observer=lambda: None,  # then every arrival is an event of its own
            )
            self.opening = list(turns.market.opening_sold)
            players = seated(tuple(policies), {}, seed, how)
            while turns.ready:
                seat = turns.ready[0]
                seen = scenario.page.usual(
                    observe(turns, seat), turns.world.trade.words.offers
                )
                turns.act(seat, players[seat.index].act(seen, turns.world.exponent))
                turns.advance()
        turns.seal()
        # What can be proven of a task depends on the size of the team.
        self.tasks = [replace(seat.task, infeasible=None) for seat in turns.seats]
        self.records = [decoded(line) for line in sink.lines]
        self.luck = exogenous(self.records)

    def _watched(self, honest):
        """Return a step that keeps what every arrival draws, whether it buys or not."""

        def step(arrivals):
            honest(arrivals)
            drawn = (
                arrivals.next_at_ms,
                arrivals.willingness_minor,
                arrivals.choice_word,
            )
            own = self.arrivals.setdefault(
                (arrivals.demand.segment.name, arrivals.demand.group), []
            )
            own.append(drawn)

        return step


def assert_same_luck(one, other):
    assert moved(one.luck, other.luck) == []
    assert one.opening == other.opening
    assert list(one.arrivals) == list(other.arrivals)
    for own, others in zip(one.arrivals.values(), other.arrivals.values(), strict=True):
        # A run ends with its last agent: the longer one sees more of the same.
        shorter = min(len(own), len(others))
        assert own[:shorter] == others[:shorter]
    shorter = min(len(one.tasks), len(other.tasks))
    assert one.tasks[:shorter] == other.tasks[:shorter]


SURE = {"flights/price-war": {"card"}, "flights/waiting": {"card"}}
"""Kinds of luck that a scenario has none of."""


@pytest.mark.slow
@pytest.mark.parametrize("name", scenario_names("flights"))
def test_no_luck_moves_when_agents_come_leave_or_change_seats(name):
    scenario, kinds = load_scenario(name), set()
    for seed in SEEDS:
        base = Run(scenario, seed, POLICIES)
        for policies in CHANGES.values():
            other = Run(scenario, seed, policies)
            assert_same_luck(base, other)
            kinds |= {key[0] for key in base.luck.keys() & other.luck.keys()}

    # A war of prices ends before a card of its wallets has any luck.
    assert kinds >= {"market", "ticket"} | ({"card"} - SURE.get(name, set()))


@settings(max_examples=25)
@given(
    st.integers(0, 2**32),
    st.lists(st.sampled_from(PLAYERS), min_size=1, max_size=4),
    st.lists(st.sampled_from(PLAYERS), min_size=1, max_size=4),
)
def test_no_luck_moves_in_any_drawn_world(seed, one, other):
    case = draw_case(seed)
    scenario = case.scenario()

    runs = [Run(scenario, seed, who, how=HOW | case.run()) for who in (one, other)]

    assert_same_luck(*runs)


def test_luck_is_every_background_sale_every_ticket_and_every_draw_of_an_issuer():
    run = Run(load_scenario("flights/instalments"), 3, POLICIES * 2)

    kinds = [key[0] for key in run.luck]
    found = [record.kind for record in run.records]
    assert kinds.count("arrival") == found.count("seat_sold") > 0
    assert kinds.count("ticket") == found.count("act") > 0
    assert 0 < kinds.count("card") <= found.count("payment_started")
    answers = {value for key, value in run.luck.items() if key[0] == "card"}
    assert answers == {"none", "soft_decline"}


def test_a_warm_up_that_is_played_out_is_luck_as_a_whole():
    scenario = load_scenario("flights/sfo-mad")
    market = scenario.market.model_copy(update={"warm_up": "simulate"})
    scenario = scenario.model_copy(update={"market": market})

    one, other = (Run(scenario, 1, who) for who in (POLICIES, ("random", "idle")))

    before = [r.n for r in one.records if r.t < 0 and r.kind != "header"]
    assert len(before) > 10
    assert [key[1] for key in one.luck if key[0] == "opening"] == before
    assert_same_luck(one, other)


def test_another_seed_is_another_luck():
    one, other = (Run(load_scenario("flights/rush"), k, POLICIES) for k in (1, 2))

    kinds = {key[0] for key in moved(one.luck, other.luck)}

    assert kinds >= {"market", "ticket"}


def test_luck_is_read_from_the_header_on():
    run = Run(load_scenario("flights/sfo-mad"), 1, ("idle",), max_turns=2)

    for records in ([], run.records[1:]):
        with pytest.raises(Misuse, match="from its first record on"):
            exogenous(records)


def who_acts_is_background_luck(patch):
    """Every action takes words that the next background buyers would have had."""
    honest = Turns.act

    def act(self, seat, action):
        for arrivals in self.market.population.arrivals:
            next(arrivals._words)
        return honest(self, seat, action)

    patch.setattr(Turns, "act", act)


def cards_share_their_tries(patch):
    """The attempts of all visitors are counted together."""
    honest = Issuer.decide
    tries = []

    def decide(self, seat, card, _attempt, amount):
        tries.append(seat)
        return honest(self, seat, card, len(tries), amount)

    patch.setattr(Issuer, "decide", decide)


def the_lottery_is_for_all(patch):
    honest = BuyerRole._buyer

    def buyer(self, *given):
        made = honest(self, *given)
        made.lottery = self._turns.market.streams.get("lottery")
        return made

    patch.setattr(BuyerRole, "_buyer", buyer)


@pytest.mark.pure("a method of the market is replaced")
@pytest.mark.parametrize(
    ("plant", "name", "kind"),
    [
        (who_acts_is_background_luck, "flights/instalments", "arrival"),
        (cards_share_their_tries, "flights/3ds-storm", "card"),
        (the_lottery_is_for_all, "flights/rush", "ticket"),
    ],
)
def test_luck_that_agents_move_is_told(plant, name, kind, monkeypatch):
    plant(monkeypatch)
    scenario = load_scenario(name)

    one, other = (Run(scenario, 5, who) for who in (POLICIES, CHANGES["more"]))

    assert kind in {key[0] for key in moved(one.luck, other.luck)}
