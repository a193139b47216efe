"""Who may call the MCP server over HTTP, and how much: the guard on real sockets."""

import asyncio
import json

import pytest

from test_time_gym.serving.http_request import BODY_MAX

pytest.importorskip("mcp.server.mcpserver")
mcp_host = pytest.importorskip("mcp_host")

pytestmark = pytest.mark.extras

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPT = ("Accept", "application/json, text/event-stream")
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

# Host and Origin: good or evil; - is none.  Token: of a seat, or another.
# Then what is answered to POST of JSON, of a form and of text, to GET and to DELETE.
EXPECTED = """
    own    -     seat   200 415 415 405 405
    own    -     other  401 401 401 401 401
    own    own   seat   200 415 415 405 405
    own    own   other  401 401 401 401 401
    own    evil  seat   403 403 403 403 403
    own    evil  other  403 403 403 403 403
    evil   -     seat   421 421 421 421 421
    evil   -     other  421 421 421 421 421
    evil   own   seat   421 421 421 421 421
    evil   own   other  421 421 421 421 421
    evil   evil  seat   421 421 421 421 421
    evil   evil  other  421 421 421 421 421
"""
REQUESTS = (
    ("POST", JSON),
    ("POST", FORM),
    ("POST", "text/plain"),
    ("GET", JSON),
    ("DELETE", JSON),
)


def head(host, *, token="", seat="buyer_0", origin=None, name=None, kind=JSON):
    port = host.address.port
    lines = [
        ("Host", name or f"127.0.0.1:{port}"),
        ("Authorization", f"Bearer {token or host.tokens[seat]}"),
        ("Content-Type", kind),
        ACCEPT,
    ]
    return [*lines, ("Origin", origin)] if origin else lines


def one_client():
    return mcp_host.hosted(mcp_host.episode_of("flights/sfo-mad", ["buyer_0"]))


def test_every_one_of_sixty_kinds_of_requests_is_answered_as_the_table_says():
    async def asked():
        answered = []
        async with one_client() as host:
            port = host.address.port
            names = {"own": f"localhost:{port}", "evil": f"evil.com:{port}"}
            origins = {
                "-": None,
                "own": f"http://127.0.0.1:{port}",
                "evil": "http://evil.com",
            }
            for line in EXPECTED.split("\n"):
                if not line.strip():
                    continue
                name, origin, token = line.split()[:3]
                for method, kind in REQUESTS:
                    lines = head(
                        host,
                        name=names[name],
                        origin=origins[origin],
                        token="" if token == "seat" else "0" * 64,
                        kind=kind,
                    )
                    body = json.dumps(LIST).encode() if method == "POST" else b""
                    status, headers, text = await host.ask(lines, body, method=method)
                    assert not [h for h in headers if h.startswith("access-control")]
                    assert status == 200 or ("tools" not in text and ".py" not in text)
                    answered.append(status)
        return answered

    wanted = [int(code) for line in EXPECTED.split("\n") for code in line.split()[3:]]
    assert len(wanted) == 60
    assert asyncio.run(asked()) == wanted


def test_a_rebound_name_reaches_nothing():
    async def asked():
        async with one_client() as host:
            name = f"evil.com:{host.address.port}"
            return await host.ask(head(host, name=name), json.dumps(LIST).encode())

    status, _, text = asyncio.run(asked())

    assert (status, "tools" in text) == (421, False)


def test_a_form_that_a_page_posts_is_refused():
    async def asked():
        async with one_client() as host:
            lines = head(host, kind="text/plain")
            return await host.ask(lines, json.dumps(LIST).encode())

    assert asyncio.run(asked())[0] == 415


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ([("Host", "evil.com")], 421),
        ([("Origin", "http://evil.com"), ("Origin", "http://evil.com")], 403),
        ([("Authorization", "Bearer x")], 401),
        ([("Content-Type", "text/plain")], 415),
    ],
)
def test_a_header_that_stands_twice_is_not_read_by_its_better_half(more, status):
    async def asked():
        async with one_client() as host:
            return await host.ask([*head(host), *more], json.dumps(LIST).encode())

    # The parser itself refuses two hosts.
    assert asyncio.run(asked())[0] in (status, 400)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_long_is_refused_before_it_is_parsed(chunked):
    async def asked():
        async with one_client() as host:
            body = b" " * (BODY_MAX + 1)
            return await host.ask(head(host), body, chunked=chunked)

    assert asyncio.run(asked())[0] == 413


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/mcp", b'{"a":' * 20 + b"1" + b"}" * 20, 400),
        ("/mcp", b"{", 400),
        ("/", b"{}", 404),
        ("/mcp/../docs", b"{}", 404),
    ],
)
def test_what_makes_no_sense_is_told_so_without_a_word_about_the_inside(
    path, body, status
):
    async def asked():
        async with one_client() as host:
            return await host.ask(head(host), body, path=path)

    answered, _, text = asyncio.run(asked())

    assert answered == status
    assert not any(word in text for word in ("Traceback", "site-packages", ".py"))


def test_a_slow_client_is_cut_off_and_holds_up_nobody():
    async def asked():
        episode = mcp_host.episode_of("flights/sfo-mad", ["buyer_0"])
        async with mcp_host.hosted(episode, _body_s=0.5) as host:
            lines = [f"{k}: {v}" for k, v in head(host)]
            start = "\r\n".join(
                ["POST /mcp HTTP/1.1", *lines, "Content-Length: 100", "", "{"]
            )
            slow = [
                await asyncio.open_connection("127.0.0.1", host.address.port)
                for _ in range(20)
            ]
            for k, (_, writer) in enumerate(slow):
                # Some stop in the middle of their heads, some of their bodies.
                writer.write(start.encode()[: 40 if k % 2 else None])
            async with host.client("buyer_0") as client:
                page = await asyncio.wait_for(client.call_tool("read_page", {}), 5)
            answers = [await reader.read(20) for reader, _ in slow[::2]]
            for _, writer in slow:
                writer.close()
            return page, answers

    page, answers = asyncio.run(asked())

    assert page.structured_content["page"]["goal"]
    assert {answer.split()[1] for answer in answers} == {b"408"}


def test_tokens_that_are_nearly_right_open_nothing():
    async def asked():
        async with one_client() as host:
            right = host.tokens["buyer_0"]
            wrong = [
                "", right[:-1], f"{right}0", right.upper(), right[::-1], "é" * 64,
                *(f"{right[:k]}{'0' if right[k] != '0' else '1'}{right[k + 1 :]}"
                  for k in range(64)),
            ]  # fmt: skip
            body = json.dumps(LIST).encode()
            found = [
                (await host.ask(head(host, token=token or "-"), body))[0]
                for token in wrong
            ]
            basic = [*head(host)[:1], ("Authorization", f"Basic {right}")]
            found.append((await host.ask(basic, body))[0])
            return found

    assert set(asyncio.run(asked())) == {401}


def test_a_client_cannot_act_for_another_ones_seat():
    async def asked():
        episode = mcp_host.episode_of(
            "flights/rush", ["buyer_0", "buyer_1"], count=2, patience_s=None
        )
        async with mcp_host.hosted(episode) as host:
            call = {
                "jsonrpc": "2.0",
                "id": 1,
                "method": "tools/call",
                "params": {
                    "name": "abort",
                    "arguments": {},
                    "_meta": {"ttgym.seat": "buyer_0"},
                    "seat": "buyer_0",
                },
            }
            lines = [
                *head(host, seat="buyer_1"),
                ("Mcp-Session-Id", host.tokens["buyer_0"]),
                ("ttgym.seat", "buyer_0"),
            ]
            ask = host.ask(lines, json.dumps(call).encode())
            pending = asyncio.create_task(ask)
            await asyncio.sleep(0.2)
            stopped = [seat.stopped for seat in episode.turns.seats]
            async with host.client("buyer_0") as client:
                named = await client.call_tool("wait", {"seat": "buyer_1"})
                await client.call_tool("abort", {})
            status, _, _ = await pending
            return stopped, status, named.structured_content, episode

    stopped, status, named, episode = asyncio.run(asked())

    # It was the turn of buyer_0, and stayed so until its own client acted.
    assert (stopped, status) == ([False, False], 200)
    assert "has no argument 'seat'" in named["error"]
    assert [seat.turn for seat in episode.turns.seats] == [2, 1]
