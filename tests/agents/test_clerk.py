"""The clerk: what it remembers, and what it does when nothing can be paid."""

from tests.support.flight_verbs import decode
from tests.support.worlds import WatchedTurns as Watched
from tests.support.worlds import episode, fare, flight, leg, market_data

import test_time_gym as ttg
from test_time_gym.agents import make_agent
from test_time_gym.market.interface.observation import observe
from test_time_gym.scenarios import load_family

DAYS = ["2026-06-01", "2026-06-02", "2026-06-03"]
HOUR = 3600


def lived(clerk, task=None, turns=None, **changes):
    """Let a clerk play an episode; return its outcome and actions but for searches."""
    turns = Watched(
        episode(task={"deadline_s": 4 * HOUR, **(task or {})}, turns=turns, **changes)
    )
    seat, actions = turns.seats[0], []
    clerk.begin(observe(turns, seat))
    while not turns.over:
        action = clerk.act(observe(turns, seat))
        actions.append((action["verb"], action["payload"]))
        assert turns.act(seat, decode(action, turns.world.exponent))
        turns.advance()
    clerk.end({"outcome": seat.outcome})
    return seat.outcome, actions


def of(verb, actions):
    """Return what a verb was said with, each time."""
    return [
        next(iter(payload.values()), None) if isinstance(payload, dict) else payload
        for name, payload in actions
        if name == verb
    ]


def dated(day, name, fare_minor):
    """Return a flight on a date."""
    late = {"depart": f"{day}T20:00", "arrive": f"{day}T23:00"}
    return flight(name, leg(name) | late, fares=[fare("Y", fare_minor)])


HARD = [{"token": "card_a", "hard_decline_ppm": 1_000_000}, {"token": "card_b"}]
SWAPPED = [{"token": "card_b", "hard_decline_ppm": 1_000_000}, {"token": "card_a"}]
WALLET = {"wallets": [["card_a", "card_b"]]}


def test_the_card_that_paid_comes_first_in_the_next_episode():
    clerk = make_agent("clerk")

    lives = [lived(clerk, cards=HARD, task=WALLET) for _ in range(2)]

    assert [of("enter_card", actions) for _, actions in lives] == [
        ["card_a", "card_b"],
        ["card_b"],
    ]


def test_a_card_that_pays_no_more_gives_way_after_some_episodes():
    clerk = make_agent("clerk")
    for _ in range(5):
        lived(clerk, cards=HARD, task=WALLET)

    lives = [lived(clerk, cards=SWAPPED, task=WALLET) for _ in range(4)]

    assert {outcome for outcome, _ in lives} == {"success"}
    assert of("enter_card", lives[0][1]) == ["card_b", "card_a"]
    assert of("enter_card", lives[-1][1]) == ["card_a"]


def test_a_card_that_pays_at_the_third_try_is_one_that_pays():
    clerk = make_agent("clerk")
    soft = [HARD[0], {"token": "card_b", "soft_declines_first": 2}]

    lives = [lived(clerk, cards=soft, task=WALLET) for _ in range(2)]

    assert [outcome for outcome, _ in lives] == ["success"] * 2
    assert of("enter_card", lives[1][1])[0] == "card_b"


def test_a_card_is_not_blamed_for_an_outage():
    clerk = make_agent("clerk")
    gateway = market_data()["gateway"] | {"outages_s": [[0, 1200]]}

    lives = [
        lived(clerk, cards=HARD[1:], task={"wallets": [wallet]}, gateway=gateway)
        for wallet in (["card_b"], ["tok_ok", "card_b"])
    ]

    assert [outcome for outcome, _ in lives] == ["success"] * 2
    assert set(of("enter_card", lives[1][1])) == {"card_b"}


CODES = [
    {"code": "GONE", "percent_ppm": 900_000, "ends_s": 0},
    {"code": "FIVE", "percent_ppm": 50_000},
    {"code": "FIFTH", "percent_ppm": 200_000},
]


def test_the_code_that_took_most_off_comes_first_once_all_have_been_tried():
    clerk = make_agent("clerk")

    lives = [lived(clerk, coupons=CODES) for _ in range(4)]

    assert [of("apply_coupon", actions) for _, actions in lives] == [
        ["GONE", "FIVE"],
        ["FIFTH"],
        ["FIFTH"],
        ["FIFTH"],
    ]


def test_codes_that_never_worked_are_not_tried_beside_those_that_do():
    clerk = make_agent("clerk")
    both = [CODES[0], *[code | {"stackable": True} for code in CODES[1:]]]

    lives = [lived(clerk, coupons=both) for _ in range(2)]

    assert [of("apply_coupon", actions) for _, actions in lives] == [
        ["GONE", "FIVE", "FIFTH"],
        ["FIFTH", "FIVE"],
    ]


def test_another_code_is_found_when_the_one_that_worked_is_gone():
    clerk = make_agent("clerk")
    for _ in range(3):
        lived(clerk, coupons=CODES)
    gone = [{**CODES[2], "ends_s": 0}, {**CODES[0], "ends_s": None}]

    lives = [lived(clerk, coupons=gone) for _ in range(2)]

    assert of("apply_coupon", lives[0][1]) == ["FIFTH", "GONE"]
    assert of("apply_coupon", lives[1][1]) == ["GONE"]


def test_what_only_a_code_makes_affordable_is_bought():
    outcome, actions = lived(
        make_agent("clerk"), coupons=CODES[2:], task={"budgets_minor": [80_00]}
    )

    assert outcome == "success"
    assert of("filter_results", actions) == []


def test_a_cart_that_is_too_dear_in_the_end_is_not_paid_and_no_dearer_one_is_tried():
    outcome, actions = lived(
        make_agent("clerk"),
        flights=[dated(DAYS[1], "A", 100_00), dated(DAYS[1], "B", 101_00)],
        fees=[{"name": "service", "amount_minor": 5_00, "arises": "checkout"}],
        task={"budgets_minor": [102_00]},
    )

    assert outcome == "infeasible_aborted"
    assert of("add_to_cart", actions) == ["A"]
    assert of("enter_card", actions) == []


def test_the_other_dates_that_will_do_are_looked_at_when_nothing_can_be_paid():
    dear, cheap = (
        dated(day, name, price)
        for day, name, price in (
            (DAYS[1], "DEAR", 300_00),
            (DAYS[2], "CHEAP", 90_00),
        )
    )

    outcome, actions = lived(
        make_agent("clerk"),
        flights=[dear, cheap],
        task={"budgets_minor": [100_00], "flexible_days": 1},
    )

    assert outcome == "success"
    assert of(0, actions) == [DAYS[1], DAYS[0], DAYS[2]]
    assert of("add_to_cart", actions)[-1] == "CHEAP"


def later_cheaper():
    """Return prices that are lower by a half from the hundredth minute on."""
    return {
        "kind": "load_days",
        "load_curve": [[0, 1_000_000]],
        "clock_curve": [[99, 1_000_000], [100, 500_000]],
        "reprice_every_s": 300,
        "round_to_minor": 1,
    }


def test_it_looks_again_until_a_price_has_fallen():
    outcome, actions = lived(
        make_agent("clerk"),
        pricing=later_cheaper(),
        task={"budgets_minor": [60_00]},
        turns={"max_turns": 40},
    )

    waits = of("wait", actions)
    assert outcome == "success"
    assert sum(waits[:-1]) < 100 < sum(waits)
    assert max(waits) - min(waits) <= 1


def test_its_looks_last_as_long_as_the_time_and_leave_turns_to_buy():
    _, actions = lived(
        make_agent("clerk"),
        task={"budgets_minor": [10_00], "deadline_s": 20 * HOUR},
        turns={"max_turns": 40},
    )

    assert 18 * 60 < sum(of("wait", actions)) < 20 * 60
    assert 30 <= len(actions) < 40
    assert actions[-1][0] == "abort"


def test_an_offer_that_does_not_meet_the_constraints_is_filtered_out_but_once():
    early = flight("EARLY", leg("EARLY", depart="06:00"), fares=[fare("Y", 10_00)])

    outcome, actions = lived(
        make_agent("clerk"),
        flights=[early, flight("LATE")],
        task={
            "budgets_minor": [60_00],
            "depart_after": ["09:00"],
            "constrained_ppm": 1_000_000,
        },
        pricing=later_cheaper(),
        turns={"max_turns": 40},
    )

    assert outcome == "success"
    # The second time a price has fallen, and something may fit.
    assert of("filter_results", actions) == ["09:00"] * 2


def test_it_buys_at_more_than_nine_in_ten_of_the_feasible_tasks_of_a_site():
    family, met, feasible = load_family("flights/sites"), 0, 0
    for number in (100, 101):
        found = ttg.run(
            family.site(number), "clerk", seed=1000 * number, episodes=30
        ).episodes
        seats = [one.agents["buyer_0"] for one in found]
        feasible += sum(seat.optimal is not None for seat in seats)
        met += sum(seat.outcome == "success" for seat in seats)
        assert [seat for seat in seats if seat.outcome == "violation"] == []

    assert met > 0.9 * feasible
