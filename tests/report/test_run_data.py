"""What a page of a run holds is what the run was, at every record."""

import json
import shutil
from pathlib import Path

import pytest
from report_parts import columns_of, parts_of, rewritten

import test_time_gym as ttg
from test_time_gym.journal import read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.replay import state_at

REPLAYS = Path(__file__).parents[2] / "replays"
SOME = ["flights-scramble", "flights-three-airlines", "hotels-flexible-rate"]


@pytest.fixture(scope="module", params=SOME)
def shown(request):
    """Return a journal's path, its page's data, and its parts."""
    path = REPLAYS / f"{request.param}.jsonl"
    parts = parts_of(ttg.report(path).html)
    return path, json.loads(parts["data"])["runs"][0], parts


def last_at(columns, group, number, n, *wanted):
    """Return the last row of a group that is not later than a record."""
    rows = [
        k
        for k, of in enumerate(columns[group])
        if of == number and columns["n"][k] <= n
    ]
    return [columns[name][rows[-1]] for name in wanted] if rows else None


def test_stock_prices_and_balances_are_those_of_a_replay_to_that_record(shown):
    path, data, parts = shown
    stock, money = (columns_of(parts[f"block-0-{name}"]) for name in ("stock", "money"))

    for n in range(1, data["records"], data["records"] // 8):
        state = state_at(path, n)
        unit = 10 ** data["exponent"]
        for k, offer in enumerate(state[state["offers"]]):
            sold, held, free, price = last_at(
                stock, "product", k, n, "sold", "held", "free", "price"
            )
            assert data["products"][k]["id"] == offer["id"]
            assert [sold, held, free, price / unit] == [
                offer["sold"],
                offer["held"],
                offer["available"],
                pytest.approx(float(offer["price"])),
            ]
        for k, account in enumerate(data["accounts"]):
            found = last_at(money, "account", k, n, "balance") or [0]
            said = state["ledger"].get(account, 0)
            assert found[0] / unit == pytest.approx(float(said))


def test_every_record_stands_in_the_page_but_for_its_hash(shown):
    path, data, parts = shown
    lines = b"".join(parts[f"block-0-records-{k}"] for k in range(data["chunks"]))

    kept = [json.loads(line) for line in lines.splitlines()]

    assert kept == [
        {"a": r.actor, "c": r.cause, "d": r.data, "k": r.kind, "n": r.n, "t": r.t}
        for r in read_journal(path).records()
    ]
    index = columns_of(parts["block-0-index"])
    assert [data["kinds"][k] for k in index["kind"]] == [one["k"] for one in kept]
    assert [data["actors"][k] for k in index["actor"]] == [one["a"] for one in kept]
    assert list(index["cause"]) == [one["c"] for one in kept]
    assert list(index["t"]) == [one["t"] for one in kept]


def test_rewards_by_term_sum_to_what_every_agent_earned(shown):
    _, data, parts = shown
    rewards = columns_of(parts["block-0-rewards"])

    sums = dict.fromkeys(data["actors"], 0)
    for agent, milli in zip(rewards["agent"], rewards["milli"], strict=True):
        sums[data["actors"][agent]] += milli

    assert {one["name"]: sums[one["name"]] for one in data["agents"]} == {
        one["name"]: one["milli"] for one in data["agents"]
    }


def test_an_agent_has_a_page_for_every_turn_and_one_for_the_end(shown):
    _, data, parts = shown
    acts = columns_of(parts["block-0-acts"])

    for k, agent in enumerate(data["agents"], start=1):
        turns = [n for n, of in zip(acts["n"], acts["agent"], strict=True) if of == k]
        assert agent["pages"] == len(turns) + 1 == agent["turns"] + 1
        pages, last = [], {}
        for chunk in range(agent["chunks"]):
            for whole, part in json.loads(parts[f"block-0-page-{k - 1}-{chunk}"]):
                last = part if whole else {**last, **part}
                pages.append(last)
        assert len(pages) == agent["pages"]
        assert all(page["legal_verbs"] is not None for page in pages)
        assert [page["turns_left"] for page in pages] == sorted(
            (page["turns_left"] for page in pages), reverse=True
        )


def losses_of(path):
    return json.loads(parts_of(ttg.report(path).html)["block-0-losses"])


def test_who_took_the_last_unit_is_known_with_what_became_of_it():
    told = losses_of(REPLAYS / "flights-scramble.jsonl")

    assert next(loss for loss in told if loss["heavy"]) == {
        "n": 34,
        "agent": "buyer_3",
        "code": "sold_out",
        "heavy": True,
        "text": "FR7326 has no 1 seats left",
        "offers": ["FR7326"],
        "units": 1,
        "takers": [
            {
                "offer": "FR7326",
                "n": 32,
                "kind": "hold_placed",
                "agent": "buyer_4",
                "segment": "",
                "hold": "hold-4-1",
                "before": 1,
                "after": 0,
                "tickets": [4326285, 4182631],
                "fate": ["ticket_issued", 70],
            }
        ],
    }


@pytest.mark.parametrize("name", ["flights-outage", "flights-rush"])
def test_whatever_an_agent_lost_is_told_once(name):
    path = REPLAYS / f"{name}.jsonl"
    kinds = ("hold_expired", "payment_declined")

    told = [
        (loss["n"], loss["agent"]) for loss in losses_of(path) if loss["code"] in kinds
    ]

    assert told == [
        (record.n, record.actor)
        for record in read_journal(path).records()
        if record.kind in kinds
    ]


def test_the_same_journal_gives_the_same_bytes_of_the_page(tmp_path):
    path = shutil.copy(REPLAYS / "flights-rush.jsonl", tmp_path)

    assert ttg.report(path).html == ttg.report(path).html


def test_a_compressed_journal_gives_the_page_of_the_same_run(tmp_path):
    ttg.run("flights/sfo-mad", journal=tmp_path / "a.jsonl", regret=False)
    ttg.run("flights/sfo-mad", journal=tmp_path / "b.jsonl.zst", regret=False)

    plain, packed = (
        json.loads(parts_of(ttg.report(tmp_path / name).html)["data"])["runs"][0]
        for name in ("a.jsonl", "b.jsonl.zst")
    )

    names = (plain.pop("name"), packed.pop("name"))
    assert names == ("a.jsonl", "b.jsonl.zst")
    assert packed == plain


def test_a_result_of_several_episodes_gives_a_page_of_as_many_runs(tmp_path):
    played = ttg.run(
        "flights/sfo-mad", episodes=2, journal=tmp_path / "a.jsonl", regret=False
    )

    made = ttg.report(played)

    assert (made.kind, made.contents[:6], made.findings) == ("run", "2 runs", ())
    names = [run["name"] for run in json.loads(parts_of(made.html)["data"])["runs"]]
    assert names == ["a.jsonl", "a-2.jsonl"]


def test_runs_that_stand_in_one_file_are_told_apart(tmp_path):
    both = tmp_path / "both.jsonl"
    both.write_bytes(
        b"".join(
            (REPLAYS / name).read_bytes()
            for name in ("flights-sfo-mad.jsonl", "hotels-city-break.jsonl")
        )
    )

    whole, second = ttg.report(both), ttg.report(f"{both}#2")

    names = [run["name"] for run in json.loads(parts_of(whole.html)["data"])["runs"]]
    assert names == ["both.jsonl#1", "both.jsonl#2"]
    (only,) = json.loads(parts_of(second.html)["data"])["runs"]
    assert only["scenario"] == "hotels/city-break"


def test_a_journal_that_was_cut_short_is_shown_as_far_as_it_goes(tmp_path):
    lines = (REPLAYS / "flights-rush.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "cut.jsonl").write_bytes(b"".join(lines[:100]))
    (tmp_path / "torn.jsonl").write_bytes(b"".join(lines[:100]) + lines[100][:50])

    for name, status in (("cut.jsonl", "incomplete"), ("torn.jsonl", "torn")):
        made = ttg.report(tmp_path / name)
        (run,) = json.loads(parts_of(made.html)["data"])["runs"]
        assert (run["structure"], run["replay"], run["records"]) == (
            status,
            "equal",
            100,
        )
        assert made.exit_code == 3
        assert made.findings[0].startswith(f"{name} is {status}: ")


def test_a_journal_that_diverges_is_shown_up_to_there_and_says_so(tmp_path):
    def change(record):
        if record["n"] == 50:
            record["d"]["args"]["card_token"] = "tok_ok"
        return record

    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(rewritten(REPLAYS / "flights-rush.jsonl", change))

    made = ttg.report(forged)

    (run,) = json.loads(parts_of(made.html)["data"])["runs"]
    assert (run["structure"], run["replay"], run["known"]) == (
        "complete",
        "diverged",
        59,
    )
    assert run["divergence"]["changes"] == [["/d/card", "'tok_3ds'", "'tok_ok'"]]
    assert (made.exit_code, made.findings) == (
        6,
        ("forged.jsonl is diverged: record 59 came out differently",),
    )
    acts = columns_of(parts_of(made.html)["block-0-acts"])
    assert max(acts["n"]) == 58


def test_a_header_that_describes_no_run_still_gives_its_records(tmp_path):
    def change(record):
        if record["k"] == "header":
            record["d"]["scenario"] = "<b>none</b>"
        return record

    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(rewritten(REPLAYS / "flights-sfo-mad.jsonl", change))

    made = ttg.report(forged)

    (run,) = json.loads(parts_of(made.html)["data"])["runs"]
    assert (run["known"], run["records"], run["agents"]) == (0, 24, [])
    assert made.exit_code == 6


@pytest.mark.parametrize("text", [b"", b"no journal\n", b'{"a": 1}\n', b"\x1f\x8b\0"])
def test_what_is_no_journal_is_refused(tmp_path, text):
    (tmp_path / "x.jsonl").write_bytes(text)

    with pytest.raises(Misuse, match=r"x\.jsonl is no journal: "):
        ttg.report(tmp_path / "x.jsonl")


def test_a_run_that_kept_no_journal_cannot_be_shown():
    played = ttg.run("flights/sfo-mad", regret=False)

    with pytest.raises(Misuse, match="kept no journal"):
        ttg.report(played)


def test_a_report_is_saved_whole_and_shown_in_a_frame(tmp_path):
    made = ttg.report(REPLAYS / "flights-sfo-mad.jsonl")

    assert made.save(tmp_path / "r.html").read_bytes() == made.html
    with pytest.raises(Misuse, match="exists"):
        made.save(tmp_path / "r.html")
    frame = made._repr_html_()
    assert frame.startswith('<iframe srcdoc="&lt;!doctype html&gt;')
    assert 'sandbox="allow-scripts"' in frame
    assert "<script" not in frame


def test_a_model_s_calls_stand_beside_its_turns(tmp_path):
    from test_time_gym.agents.llm import Cassette, LLMAgent
    from test_time_gym.agents.llm.budget import TokenPrices
    from test_time_gym.serving.fake_model import FakeModel

    tape, journal = tmp_path / "tape.jsonl", tmp_path / "j.jsonl"
    with FakeModel("cheapest") as model, Cassette(tape) as cassette:
        agent = LLMAgent(model="fake", base_url=model.base_url, cassette=cassette)
        ttg.run("flights/sfo-mad", {"buyer_0": agent}, journal=journal, regret=False)

    made = ttg.report(journal, cassettes=[tape], prices=TokenPrices(10**6, 10**6))

    parts = parts_of(made.html)
    acts = columns_of(parts["block-0-acts"])
    calls = json.loads(parts["block-0-chat-0-0"])
    assert [call["number"] for call in calls] == list(range(1, len(acts["n"]) + 1))
    records = list(read_journal(journal).records())
    assert [call["calls"][0][0] for call in calls] == [
        records[n].data["verb"] for n in acts["n"]
    ]
    assert calls[0]["before"] == 0
    assert calls[0]["messages"][0]["role"] == "system"
    assert all(call["messages"] for call in calls)
    assert [call["microdollars"] for call in calls] == [
        sum(call["tokens"]) for call in calls
    ]
    assert "block-0-chat-0-0" not in parts_of(ttg.report(journal).html)
