"""`ttgym run` with a language model: one name, a table, and sentences for mistakes."""

import json

import pytest

from test_time_gym.serving.fake_model import FakeModel

RUSH = ("run", "flights/rush", "--n-agents", "1", "--llm-client", "http")


@pytest.fixture
def model():
    with FakeModel("cheapest") as served:
        yield served


@pytest.fixture
def name(model):
    return f"llm:my/model:8b@{model.base_url}"


def test_the_table_says_what_the_model_took(ttgym, name):
    answer = ttgym(*RUSH, "--agents", name, "--llm-price", "2.50/10")

    head, row = answer.out.splitlines()[2:4]
    assert (answer.code, answer.err) == (0, "")
    assert head.split()[-4:] == ["calls", "tokens", "cost", "USD"]
    assert row.split()[:3] == ["buyer_0", "llm:my/model:8b", "success"]
    calls, tokens, cost = row.split()[-3:]
    assert int(calls) == 9
    assert float(cost) > int(tokens.replace(",", "")) * 2.5e-6
    assert "127.0.0.1" not in answer.out


def test_without_prices_there_is_no_cost_and_others_take_nothing(ttgym, name):
    answer = ttgym(
        "run", "flights/rush", "--agents", f"{name},dummy", "--llm-client", "http"
    )

    model, dummy = answer.out.splitlines()[3:5]
    assert model.split()[-1] == "-"
    assert dummy.split()[-3:] == ["-", "-", "-"]


def test_a_run_without_models_has_no_columns_for_them(ttgym):
    answer = ttgym("run", "flights/rush", "--agents", "cheapest")

    assert "tokens" not in answer.out


def test_json_has_the_whole_usage(ttgym, name):
    answer = ttgym(*RUSH, "--agents", name, "--json")

    usage = json.loads(answer.out)["episodes"][0]["agents"]["buyer_0"]["usage"]
    assert sorted(usage) == [
        "calls",
        "completion_tokens",
        "cost_microdollars",
        "estimated",
        "latency_ms",
        "prompt_tokens",
        "recorded",
        "retries",
    ]
    assert usage["calls"] == 9


def test_a_cassette_plays_without_the_model_and_becomes_chats(ttgym, name, folder):
    once = ttgym(*RUSH, "--agents", name, "--cassette", "c.jsonl", "--json")
    away = "llm:my/model:8b@http://127.0.0.1:9/v1"
    again = ttgym(
        *RUSH, "--agents", away, "--cassette", "c.jsonl", "--offline", "--json"
    )
    told = ttgym("export", "c.jsonl", "--to", "chat", "--out", "chats.jsonl")

    first, second = (json.loads(one.out)["episodes"][0] for one in (once, again))
    assert first["sha256"] == second["sha256"]
    assert (told.code, told.out) == (0, "chats.jsonl: 1 conversations\n")
    chat = json.loads((folder / "chats.jsonl").read_text())
    roles = [message["role"] for message in chat.pop("messages")]
    assert roles == ["system", "user", *["assistant", "tool"] * 8, "assistant"]
    assert {tool["function"]["name"] for tool in chat.pop("tools")} > {"wait", "abort"}
    assert chat == {
        "reward": first["agents"]["buyer_0"]["reward"],
        "outcome": "success",
        "seed": "7",
        "seat": "buyer_0",
        "model": "my/model:8b",
        "calls": 9,
        "steps": 9,
        "paid": first["agents"]["buyer_0"]["paid"],
        "cassette": "c.jsonl",
    }


def test_only_episodes_that_have_ended_become_chats(ttgym, name, folder):
    ttgym(*RUSH, "--agents", name, "--cassette", "c.jsonl")
    whole = (folder / "c.jsonl").read_bytes()
    (folder / "c.jsonl").write_bytes(whole[: whole.rindex(b'{"calls":')])

    answer = ttgym("export", "c.jsonl", "--to", "chat", "--out", "chats.jsonl")

    assert (answer.code, answer.out) == (3, "chats.jsonl: 0 conversations\n")
    assert answer.err == "c.jsonl has no end and is exported as far as it goes\n"


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ("none.jsonl --out o", 2, "the cassette none.jsonl cannot be read"),
        ("j.jsonl --out o", 2, "j.jsonl is no cassette of version 1"),
        ("torn.jsonl --out o", 4, "line 2 of the cassette torn.jsonl is damaged"),
        ("torn.jsonl --out o --skip-unfit", 2, "go with --to minari"),
        ("torn.jsonl --out o --observations", 2, "goes with --to parquet"),
    ],
)
def test_what_is_no_cassette_becomes_no_chat(ttgym, folder, words, code, why):
    (folder / "j.jsonl").write_text('{"h":"x"}\n')
    head = '{"format":"ttgym-cassette","version":1}'
    (folder / "torn.jsonl").write_text(f"{head}\n{{\n{{}}\n")

    answer = ttgym("export", "--to", "chat", *words.split())

    assert (answer.code, answer.out) == (code, "")
    assert why in answer.err
    assert not (folder / "o").exists()


def test_a_changed_run_exits_with_6_and_says_which_call_differs(ttgym, name):
    ttgym(*RUSH, "--agents", name, "--cassette", "c.jsonl")
    answer = ttgym(
        *RUSH,
        *("--agents", name, "--cassette", "c.jsonl", "--offline"),
        *("--temperature", "0.5"),
    )

    assert (answer.code, answer.out) == (6, "")
    assert answer.err == (
        "error: call 1 of buyer_0 in the episode of seed 7 differs from the cassette "
        "c.jsonl: the parameter temperature: recorded None, now 0.5\n"
    )


def test_options_reach_the_requests(ttgym, name, model, folder):
    (folder / "p.txt").write_text("Sell me {offers}.")
    ttgym(
        *RUSH,
        *("--agents", name, "--temperature", "0.5", "--llm-max-tokens", "99"),
        *("--llm-prompt", "p.txt", "--llm-history", "last:1", "--llm-stream"),
    )

    body = model.requests[-1].body
    assert (body["temperature"], body["max_tokens"], body["stream"]) == (0.5, 99, True)
    assert len(body["messages"]) == 2
    assert body["messages"][0]["content"] == "Sell me flights."


MISTAKES = {
    "--agents llm:m": "it names no address; say it as llm:MODEL@BASE_URL",
    "--agents llm:http://127.0.0.1:1/v1": "it names no model",
    "--agents llm:m@http://u:pw@h/v1": "keys come from an environment variable",
    "--agents cheapest --resume": "are for a language model that plays",
    "--agents {name} --resume": "--resume goes with --cassette FILE",
    "--agents {name} --offline": "--offline goes with --cassette FILE",
    "--agents {name} --cassette c --offline --resume": "are two things: choose one",
    "--agents {name} --cassette none --offline": "cannot be read: No such file",
    "--agents {name} --cassette there": "exists: go on with it by --resume",
    "--agents {name} --llm-run-usd 1": "needs --llm-price PROMPT/COMPLETION",
    "--agents {name} --llm-price 3": "is not PROMPT/COMPLETION, such as 0.25/2",
    "--agents {name} --llm-history 5": "history is all, last:K (turns) or tokens:N",
    "--agents {name} --page html": "a page is ",
    "--agents {name} --temperature hot": "is not a temperature, such as 0.7",
    "--agents {name} --llm-prompt none": "none: No such file",
    "--agents {name} --llm-prompt braces": "something in braces that is none of",
    "--agent seller_0={name} --n-agents 1": "no seat is called 'seller_0'",
}


@pytest.mark.parametrize(("words", "why"), MISTAKES.items())
def test_a_mistake_is_a_sentence_and_nothing_is_played(
    ttgym, name, model, folder, words, why
):
    (folder / "there").write_text("")
    (folder / "braces").write_text("{budget}")

    answer = ttgym("run", "flights/rush", *words.format(name=name).split())

    assert (answer.code, answer.out) == (2, "")
    assert why in answer.err
    assert "pw" not in answer.err
    assert model.requests == []


def test_a_model_that_gives_no_answer_is_told_with_what_it_said(ttgym):
    with FakeModel("cheapest", faults="401@1-") as model:
        answer = ttgym(*RUSH, "--agents", f"llm:m@{model.base_url}")

    assert answer.code == 0
    assert "provider_error" in answer.out
    assert answer.err == (
        "buyer_0 stopped, provider_error: auth (401): incorrect API key provided\n"
    )


def test_those_who_stopped_are_in_no_denominator(ttgym):
    with FakeModel("cheapest", faults="401@4") as model:
        answer = ttgym(*RUSH, "--agents", f"llm:m@{model.base_url}", "--episodes", "2")

    head, row = [
        line.split()
        for line in answer.out.splitlines()
        if "buyer_0" in line or "not judged" in line
    ][-2:]
    assert head[2:5] == ["success", "not", "judged"]
    assert row[1:4] == ["llm:m", "1/1", "1"]


@pytest.mark.slow
def test_a_bench_measures_a_model_by_its_name(ttgym, name):
    answer = ttgym(
        "bench",
        "--scenarios",
        "flights/rush",
        "--agents",
        f"{name},cheapest",
        "--seeds",
        "2",
        "--workers",
        "1",
        "--json",
    )

    model, script = json.loads(answer.out)["rows"]
    assert model.pop("agent") == "llm:my/model:8b"
    assert (script.pop("agent"), script.pop("ceiling")) == ("cheapest", 100)
    assert model.pop("ceiling") is None
    assert model == script
