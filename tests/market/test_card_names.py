"""Neutral names of cards: they tell nothing, and mean the same throughout."""

import json

import pytest

import test_time_gym as ttg
from test_time_gym.agents.base import make_agent
from test_time_gym.audit import audit
from test_time_gym.market.interface.card_names import CardNames
from test_time_gym.replay import verify
from test_time_gym.scenarios import load_scenario

NEUTRAL = load_scenario("flights/outage").with_neutral_cards()


def test_no_page_of_a_scenario_with_neutral_cards_tells_a_token(tmp_path):
    path, pages = tmp_path / "run.jsonl", []
    agents = [make_agent("cheapest", seat) for seat in range(6)]

    def watched(agent):
        def act(page):
            pages.append(page)
            return agent.act(page)

        return act

    ttg.run(NEUTRAL, list(map(watched, agents)), seed=3, episodes=2, journal=path)

    told = json.dumps(pages)
    assert "tok_" not in told
    assert "card_1" in told
    assert any(page["payment_state"]["card"] for page in pages)
    assert verify(path, reexecute=True).ok
    assert audit(path).findings == ()
    assert b"card_1" not in path.read_bytes()


def test_names_change_nothing_but_the_names(tmp_path):
    runs = []
    for scenario in (load_scenario("flights/outage"), NEUTRAL):
        path = tmp_path / f"{len(runs)}.jsonl"
        ttg.run(scenario, "cheapest", seed=3, journal=path, regret=False)
        records = [json.loads(line) for line in path.read_bytes().splitlines()[1:]]
        kept = [r for r in records if r["k"] not in ("digest", "end")]
        runs.append([{n: r[n] for n in ("a", "c", "d", "k", "t")} for r in kept])

    assert runs[0] == runs[1]


@pytest.fixture
def env():
    env = ttg.envs.FlightBookingEnv(NEUTRAL, seed=5)
    yield env
    env.close()


def paying(env):
    page, _ = env.reset(seed=5)
    for verb in ("search_flights", "add_to_cart", "proceed_to_payment"):
        payload = page["flights"][0]["id"] if verb == "add_to_cart" else {}
        page, *_ = env.step({"verb": verb, "payload": payload})
    assert page["view"] == "payment"
    return page


def test_a_token_that_is_not_shown_is_no_card(env):
    page = paying(env)
    for name in ("tok_ok", "tok_decline_soft", "card_99"):
        page, *_ = env.step({"verb": "enter_card", "payload": name})
        assert page["payment_state"]["card"] is None
        assert name in page["last_action_error"]["text"]
    other = next(
        f"card_{k}"
        for k in range(1, 12)
        if f"card_{k}" not in [card["token"] for card in page["wallet"]]
    )
    page, *_ = env.step({"verb": "enter_card", "payload": other})
    assert "tok_" not in json.dumps(page)
    assert page["payment_state"]["card"] is None


def test_a_card_is_entered_by_its_name(env):
    name = paying(env)["wallet"][0]["token"]
    page, *_ = env.step({"verb": "enter_card", "payload": name})
    assert page["payment_state"]["card"] == name
    assert page["last_action_result"] == f"{name} is entered; nothing is paid yet"


def test_a_card_has_one_name_in_all_episodes_whatever_its_wallet():
    one = CardNames(["tok_ok", "tok_3ds", "tok_moody"])
    other = CardNames(["tok_moody", "tok_ok", "tok_3ds", "tok_ok"])
    tokens = ["tok_ok", "tok_3ds", "tok_moody"]
    assert [one.shown(t) for t in tokens] == [other.shown(t) for t in tokens]
    assert sorted(map(one.shown, tokens)) == ["card_1", "card_2", "card_3"]


def test_a_token_that_looks_like_a_name_is_called_by_another_all_the_same():
    tokens = ["card_1", "card_2", "card_3"]
    names = CardNames(tokens)

    assert [names.token(names.shown(token)) for token in tokens] == tokens
    for token in tokens:
        told = names.told(f"card {token!r} is not in the wallet")
        assert told == f"card {names.shown(token)!r} is not in the wallet"


def test_scenarios_without_the_setting_are_what_they_were():
    scenario = load_scenario("flights/outage")
    assert "cards" not in scenario.model_dump(mode="json", by_alias=True)["page"]
    assert NEUTRAL.model_dump(mode="json", by_alias=True)["page"]["cards"] == "neutral"
