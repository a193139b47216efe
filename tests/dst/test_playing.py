"""Drawn cases keep every law, and are played the same way every time."""

from dataclasses import replace

import pytest

from test_time_gym.dst import DrawnCase, draw_case, play_case
from test_time_gym.dst.case_agents import from_plain, to_plain
from test_time_gym.market.clock import Phase
from test_time_gym.market.interface.actions import Action, Crashed, Malformed
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.payments.book import PaymentBook
from test_time_gym.market.payments.notices import Notices

BUYER = [
    ["search_flights", {}],
    ["add_to_cart", {"flight_id": "DIRECT"}],
    ["proceed_to_payment", {}],
    ["enter_card", {"card_token": "tok_ok"}],
    ["confirm_payment", {}],
]


@pytest.mark.slow
def test_some_seeds_keep_every_law():
    played = [play_case(draw_case(seed)) for seed in range(8)]

    assert [(one.seed, one.law, one.values) for one in played if one.law] == []
    assert sum(one.checks for one in played) > 2000


@pytest.mark.parametrize("ties", [{}, {"shuffled": {"run.shuffle_ties": True}}])
def test_a_journal_is_written_again_and_re_executed(ties, monkeypatch):
    monkeypatch.setattr("test_time_gym.dst.case_run.REPLAYED_PPM", 10**6)

    played = play_case(replace(draw_case(1), faults=ties))

    assert (played.law, played.values, played.replayed) == ("", "", True)


def test_the_same_case_is_played_the_same():
    assert play_case(draw_case(3)) == play_case(draw_case(3))


def test_what_was_done_can_be_done_again_from_the_tape():
    case = draw_case(7)
    first = play_case(case)

    again = play_case(replace(case, recorded_actions=first.recorded_actions))

    assert (again.recorded_actions, again.events) == (
        first.recorded_actions,
        first.events,
    )


def test_a_script_buys_a_ticket_and_is_watched_all_the_way():
    played = play_case(
        DrawnCase(seed=1, players=("idle",), recorded_actions={0: BUYER})
    )

    assert (played.law, played.values) == ("", "")
    assert played.sometimes == {
        "payment_started": 1,
        "ticket_issued": 1,
        "success": 1,
    }
    # Every event and action, and once at the opening.
    assert played.checks == played.events + played.actions + 1


def test_instalments_are_followed_until_the_last_one_is_paid():
    plan = [*BUYER[:-1], ["choose_instalments", {"count": 3}], BUYER[-1]]
    knobs = {**DrawnCase(seed=1).knobs, "market.instalments.counts": [3]}

    played = play_case(
        DrawnCase(seed=1, knobs=knobs, players=("idle",), recorded_actions={0: plan})
    )

    assert (played.law, played.sometimes["instalment_due"]) == ("", 2)
    assert played.simulated_ms > 60 * 86_400_000


@pytest.mark.parametrize(
    "given",
    [
        Action(Verb.WAIT, {"minutes": 5}),
        Malformed("no verb"),
        Crashed("ValueError"),
    ],
    ids=str,
)
def test_an_action_can_be_written_down(given):
    assert from_plain(to_plain(given)) == given


@pytest.mark.pure("a method of the market is replaced")
def test_whoever_was_told_of_late_money_must_hear_that_it_is_back(monkeypatch):
    slow = {"kind": "deterministic", "typical_ms": 20_000}
    knobs = {
        **DrawnCase(seed=1).knobs,
        "market.holds.ttl_s": 5,
        "market.gateway.latency": slow,
        "market.gateway.money_back_after_s": 60,
    }
    case = DrawnCase(
        seed=1, knobs=knobs, players=("idle",), recorded_actions={0: BUYER}
    )
    assert play_case(case).law == ""

    monkeypatch.setattr(Notices, "announce", lambda *_: None)

    played = play_case(case)
    assert (played.law, played.values) == (
        "every_request_is_answered",
        "buyer_0 still hears: authorized",
    )


@pytest.mark.pure("a method of the market is replaced")
@pytest.mark.parametrize(
    ("kind", "law"), [("gossip", "no_timer_is_left_over"), ("refund", "")]
)
def test_no_timer_may_be_left_over(kind, law, monkeypatch):
    entered = PaymentBook.enter

    def enter(self, payment):
        entered(self, payment)
        hours_ms = 10 * 3_600_000
        due = self._clock.now_ms + hours_ms
        self._clock.at(due, Phase.DIGEST, lambda _: None, kind, f"{payment.id}/0")

    monkeypatch.setattr(PaymentBook, "enter", enter)

    assert (
        play_case(DrawnCase(seed=1, players=("idle",), recorded_actions={0: BUYER})).law
        == law
    )
