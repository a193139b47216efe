"""A served episode over HTTP, in the event loop of a test, and raw requests to it."""

import asyncio
from contextlib import asynccontextmanager
from typing import NamedTuple

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from test_time_gym.scenarios import load_scenario
from test_time_gym.serving.addresses import Address, bind
from test_time_gym.serving.http_guard import HttpGuard
from test_time_gym.serving.http_server import HttpServer
from test_time_gym.serving.mcp_server.transports import http_app
from test_time_gym.serving.seat_tokens import SeatTokens
from test_time_gym.serving.seating import seated
from test_time_gym.serving.served_episode import ServedEpisode


def episode_of(scenario, clients, *, count=1, seed=5, journal=None, **more):
    declared = load_scenario(scenario)
    sources = seated(declared, {}, count)
    return ServedEpisode(declared, sources, clients, seed=seed, journal=journal, **more)


class Host(NamedTuple):
    episode: ServedEpisode
    address: Address
    tokens: dict[str, str]
    guard: HttpGuard

    @property
    def url(self):
        return f"{self.address.url}/mcp"

    @asynccontextmanager
    async def client(self, seat, **more):
        """Yield the SDK's own client, with the token of a seat."""
        headers = {"Authorization": f"Bearer {self.tokens[seat]}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=300) as http,
            Client(streamable_http_client(self.url, http_client=http), **more) as one,
        ):
            yield one

    async def ask(self, head, body=b"", *, method="POST", path="/mcp", chunked=False):
        """Send a request as it is written; return the status, headers and body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.address.port)
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in head)]
        lines.append("Transfer-Encoding: chunked" if chunked else length(body))
        if chunked:
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        writer.write(body)
        answer = await asyncio.wait_for(reader.read(), 20)
        writer.close()
        top, _, rest = answer.partition(b"\r\n\r\n")
        status, *headers = top.decode().split("\r\n")
        return int(status.split()[1]), [h.lower() for h in headers], rest.decode()


def length(body):
    return f"Content-Length: {len(body)}"


@asynccontextmanager
async def hosted(episode, **settings):
    """Yield a served episode that listens on this machine."""
    address, listener = bind(Address(host="127.0.0.1", port=0), allow_remote=False)
    tokens = SeatTokens(list(episode.clients))
    guard = http_app(episode, address, tokens)
    for name, value in settings.items():
        setattr(guard, name, value)
    server = HttpServer(guard, episode.close)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield Host(episode, address, tokens.by_seat, guard)
    finally:
        server.should_exit = True
        await running
        episode.close()
