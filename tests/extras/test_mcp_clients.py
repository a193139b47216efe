"""The SDK's own client plays over MCP: in process, over stdio and over HTTP."""

import asyncio
import json
import signal
import subprocess
import sys

import pytest
from clients import play

from test_time_gym.journal import read_journal
from test_time_gym.journal.sink import FileSink
from test_time_gym.market.interface.tools import tool_specs
from test_time_gym.replay import verify
from test_time_gym.scenarios import load_scenario

mcp = pytest.importorskip("mcp")
mcp_types = pytest.importorskip("mcp_types")
pytest.importorskip("mcp.server.mcpserver")
mcp_host = pytest.importorskip("mcp_host")
market_server = pytest.importorskip("test_time_gym.serving.mcp_server.market_server")

pytestmark = pytest.mark.extras

MODES = ("auto", "legacy")


def trade_of(scenario):
    return load_scenario(scenario).market.trade


async def book(client, scenario, agent="cheapest", **more):
    async def call(name, arguments):
        return (await client.call_tool(name, arguments, **more)).structured_content

    first = await call("read_page", {})
    return await play(first, call, trade_of(scenario), agent)


def in_process(use, scenario="flights/sfo-mad", mode="auto"):
    async def used():
        episode = mcp_host.episode_of(scenario, ["buyer_0"])
        server = market_server.MarketServer(episode, "buyer_0")
        async with mcp.Client(server, mode=mode) as client:
            return await use(client)

    return asyncio.run(used())


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("scenario", ["flights/sfo-mad", "hotels/city-break"])
def test_a_client_books_by_tools(scenario, mode):
    answers = in_process(lambda client: book(client, scenario), scenario, mode)

    assert answers[-1]["outcome"] == "success"


def test_the_tools_are_the_verbs_of_the_trade_and_what_shows_the_page():
    listed = in_process(lambda client: client.list_tools()).tools

    look, *verbs = listed
    specs = tool_specs(trade_of("flights/sfo-mad"))
    assert look.name == "read_page"
    assert [(tool.name, tool.description, tool.input_schema) for tool in verbs] == [
        (spec.name, spec.description, spec.parameters()) for spec in specs
    ]
    hints = {tool.name: tool.annotations for tool in listed}
    assert hints["read_page"].read_only_hint
    assert hints["search_flights"].read_only_hint
    paying = hints["confirm_payment"]
    assert (paying.read_only_hint, paying.destructive_hint) == (False, True)
    assert not any(hint.open_world_hint for hint in hints.values())
    assert len(json.dumps([tool.model_dump() for tool in listed])) < 40_000


def test_nothing_but_verbs_is_within_reach():
    async def tried(client):
        codes = {}
        for name in ("reset", "state", "fork", "close", "step", "__init__", ""):
            with pytest.raises(mcp.MCPError) as refused:
                await client.call_tool(name, {})
            codes[name] = refused.value.code
        with pytest.raises(mcp.MCPError) as refused:
            await client.read_resource("ttgym://state")
        codes["ttgym://state"] = refused.value.code
        with pytest.raises(mcp.MCPError) as refused:
            await client.call_tool("read_page", {"seat": "buyer_1"})
        codes["read_page"] = refused.value.code
        return codes

    assert set(in_process(tried).values()) == {mcp_types.INVALID_PARAMS}


@pytest.mark.parametrize(
    ("name", "arguments", "why"),
    [
        ("confirm_payment", {}, "legal next: search_flights"),
        ("select_flight", {}, "select_flight needs flight_id (malformed)"),
        ("search_flights", {"form": "SFO"}, "has no argument 'form'"),
        ("wait", {"minutes": -1}, "minutes is a whole number"),
    ],
)
def test_what_is_wrong_with_an_action_is_told_in_band(name, arguments, why):
    async def wrong(client):
        return await client.call_tool(name, arguments)

    result = in_process(wrong)

    assert result.is_error
    assert why in result.structured_content["error"]
    assert json.loads(result.content[0].text) == result.structured_content
    assert result.structured_content["page"]["legal_verbs"]


def test_texts_can_be_shorter_than_what_is_structured():
    async def styled(style):
        episode = mcp_host.episode_of("flights/sfo-mad", ["buyer_0"])
        server = market_server.MarketServer(episode, "buyer_0", style)
        async with mcp.Client(server) as client:
            first = await client.call_tool("search_flights", {})
            second = await client.call_tool("wait", {"minutes": 1})
            again = await client.call_tool("read_page", {})
        return [one.content[0].text for one in (first, second, again)]

    texts = {style: asyncio.run(styled(style)) for style in ("json", "delta", "text")}

    assert len(texts["delta"][1]) < len(texts["json"][1]) / 4
    assert "goal" not in texts["delta"][1]
    assert "goal" in texts["delta"][2]
    assert "goal: Buy a seat" in texts["text"][0]


def test_task_page_and_receipt_are_resources_of_the_seat():
    async def read(client):
        listed = (await client.list_resources()).resources
        answers = await book(client, "flights/sfo-mad")
        texts = {
            one.name: json.loads((await client.read_resource(one.uri)).contents[0].text)
            for one in listed
        }
        return answers, texts

    answers, texts = in_process(read)

    last = answers[-1]
    assert list(texts) == ["task", "page", "receipt"]
    assert texts["task"]["goal"] == last["page"]["goal"]
    assert texts["page"] == last["page"]
    receipt = texts["receipt"]
    assert (receipt["outcome"], receipt["done"]) == ("success", True)
    assert receipt["orders"] == last["page"]["orders"]


def test_calls_after_the_end_are_answered_in_band():
    async def on(client):
        await client.call_tool("abort", {})
        again = await client.call_tool("search_flights", {})
        page = await client.call_tool("read_page", {})
        return again, page

    again, page = in_process(on)

    assert again.is_error
    assert again.structured_content["error"].startswith("your episode is over: aborted")
    assert not page.is_error
    assert page.structured_content["done"]


@pytest.mark.parametrize("mode", MODES)
def test_a_client_is_told_that_a_payment_is_pending(mode):
    said = []

    async def hear(_progress, _total, message):
        said.append(message)

    in_process(lambda c: book(c, "flights/sfo-mad", progress_callback=hear), mode=mode)

    assert "the payment is being processed" in said


def test_a_failure_of_the_server_tells_nothing_of_the_inside(monkeypatch):
    async def broken(client):
        def fail(*_args):
            raise RuntimeError("/home/me/secret.py")

        monkeypatch.setattr("test_time_gym.market.interface.turns.Turns.act", fail)
        for _ in range(2):
            with pytest.raises(mcp.MCPError) as failed:
                await client.call_tool("wait", {})
            assert failed.value.code == mcp_types.INTERNAL_ERROR
            assert "no fault of yours" in failed.value.message
            assert "secret" not in str(failed.value)

    in_process(broken)


@pytest.mark.parametrize("mode", MODES)
def test_two_clients_compete_over_http_and_the_journal_replays(tmp_path, mode):
    path = tmp_path / "served.jsonl"

    async def compete():
        episode = mcp_host.episode_of(
            "flights/rush",
            ["buyer_0", "buyer_1"],
            count=3,
            journal=FileSink(path, durability="none"),
        )
        async with (
            mcp_host.hosted(episode) as host,
            host.client("buyer_0", mode=mode) as one,
            host.client("buyer_1", mode=mode) as other,
        ):
            return await asyncio.gather(
                book(one, "flights/rush"), book(other, "flights/rush", "first-offer")
            )

    one, other = asyncio.run(compete())

    assert (one[-1]["done"], other[-1]["done"]) == (True, True)
    assert one[0]["page"]["goal"] != other[0]["page"]["goal"]
    assert verify(path, reexecute=True).replay == "equal"
    actors = [r.actor for r in read_journal(path).records() if r.kind == "act"]
    assert actors.count("buyer_0") == len(one) - 1
    assert actors.count("buyer_1") == len(other) - 1


def command(*more):
    return [sys.executable, "-m", "test_time_gym.cli", "serve", "mcp", *more]


@pytest.mark.slow
def test_a_client_books_over_stdio_and_the_journal_verifies(tmp_path):
    path = tmp_path / "served.jsonl"
    program, *args = command(
        "--scenario", "hotels/city-break", "--seed", "3", "--journal", str(path)
    )

    async def over_stdio():
        server = mcp.StdioServerParameters(command=program, args=args, cwd=tmp_path)
        async with mcp.Client(server) as client:
            return await book(client, "hotels/city-break")

    answers = asyncio.run(over_stdio())

    assert answers[-1]["outcome"] == "success"
    assert verify(path, reexecute=True).replay == "equal"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("http", [True, False])
def test_a_signal_seals_the_journal_while_a_call_waits(tmp_path, number, http):
    path = tmp_path / "served.jsonl"
    seats = ["--seat", "buyer_0", "--seat", "buyer_1"]
    more = ["--http", "--port", "0", "--json", *seats]
    options = ["--scenario", "flights/rush", "--n-agents", "2", "--journal", str(path)]
    server = subprocess.Popen(
        command(*options, *(more if http else ())),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if http:
        told = json.loads(server.stdout.readline())
        body = {"method": "tools/call", "params": {"name": "read_page"}}
        # Whose turn it is not, at the opening.
        twin = mcp_host.episode_of("flights/rush", ["buyer_0"], count=2, seed=7)
        token = told["tokens"][twin.turns.ready[1].name]
        call = json.dumps({"jsonrpc": "2.0", "id": 1, **body})
        waiting = subprocess.Popen(
            [sys.executable, "-c", CALL, told["url"], token, call],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert waiting.stdout.readline() == "sent\n"
    else:
        hello = {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"},
        }
        first = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
        server.stdin.write(json.dumps(first) + "\n")
        server.stdin.flush()
        assert json.loads(server.stdout.readline())["id"] == 1

    server.send_signal(number)
    _, said = server.communicate(timeout=300)

    assert server.returncode == 128 + number
    assert "Traceback" not in said
    assert f"The journal is sealed: {path}" in said
    *_, end = read_journal(path).records()
    assert (end.kind, end.data["status"]) == ("end", "aborted")
    assert verify(path, reexecute=True).replay == "equal"
    if http:
        assert "is being stopped" in waiting.communicate(timeout=300)[0]


CALL = """
import sys, threading, urllib.request
url, token, call = sys.argv[1:]
head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream"}
request = urllib.request.Request(url, call.encode(), head)
threading.Timer(0.5, lambda: print("sent", flush=True)).start()
print(urllib.request.urlopen(request).read().decode())
"""
