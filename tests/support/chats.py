"""Clients of a chat interface, by the standard library alone, and what they ask."""

import json
import urllib.request
from contextlib import suppress
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.error import HTTPError

from test_time_gym.agents.llm.tool_formats import openai_tools
from test_time_gym.envs.flight_booking_env import FlightBookingEnv
from test_time_gym.market.interface.tools import tool_specs
from test_time_gym.scenarios import load_scenario


class Answer(NamedTuple):
    status: int
    body: Any
    headers: dict[str, str]


def tools_of(scenario, legal=None, *, strict=False):
    """Return the verbs of a scenario's trade as tools; by default all of them."""
    specs = tool_specs(load_scenario(scenario).market.trade)
    offered = [one for one in specs if legal is None or one.name in legal]
    return openai_tools(offered, strict=strict)


def first_page(scenario="flights/rush", seed=7):
    page, _ = FlightBookingEnv(scenario=scenario, seed=seed).reset()
    return page


TOOLS = tools_of("flights/rush")
HI = {"role": "user", "content": "hello"}


def asking(*messages, **more):
    """Return the body of a request; a dict without a role is a page."""
    told = [
        one
        if "role" in one
        else {"role": "user", "content": f"The page: {json.dumps(one)}"}
        for one in messages
    ]
    return {"model": "fake", "messages": told, **more}


def get(url):
    return _opened(urllib.request.Request(url))


def post(base_url, body, **headers):
    """Ask for a completion; a body that is text is sent as it is."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    url = f"{base_url}/chat/completions"
    return _opened(
        urllib.request.Request(url, raw, {"Content-Type": "application/json", **named})
    )


def _opened(request):
    try:
        with urllib.request.urlopen(request, timeout=300) as reply:
            status, raw, headers = reply.status, reply.read(), dict(reply.headers)
    except HTTPError as error:
        with error:
            status, raw, headers = error.code, error.read(), dict(error.headers)
    with suppress(ValueError):
        raw = json.loads(raw)
    return Answer(status, raw, headers)


def streamed(base_url, body):
    """Return the events of a stream, as they were written."""
    answer = post(base_url, {**body, "stream": True})
    assert answer.headers["Content-Type"] == "text/event-stream"
    text = answer.body.decode()
    assert text.endswith("\n\n")
    return [event.removeprefix("data: ") for event in text.split("\n\n")[:-1]]


def reply_of(answer):
    """Return the name and arguments of the only call, or what is said."""
    message = answer.body["choices"][0]["message"]
    if "tool_calls" not in message:
        return message["content"]
    (call,) = message["tool_calls"]
    return call["function"]["name"], call["function"]["arguments"]


def raw_exchange(port, data):
    """Send bytes to a port, and return the status and the JSON that come back."""
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    connection.connect()
    connection.sock.sendall(data)
    reply = connection.response_class(connection.sock)
    reply.begin()
    found = reply.status, json.loads(reply.read())
    reply.close()
    connection.close()
    return found


class Episode:
    """An episode that a model plays, by the protocol of tool calls.

    Args:
        base_url: of the model.
        scenario: what is played.
        seed: of the episode.
        keep: messages of the history that are sent; None: all of them.
        tools: False: none are offered, and the model answers in JSON.
        strict: tools require every argument, and null for what is left out.
        more: fields of every request.
        headers: of every request.
    """

    def __init__(
        self,
        base_url,
        scenario="flights/rush",
        seed=7,
        *,
        keep=None,
        tools=True,
        strict=False,
        system="You book.",
        headers=None,
        **more,
    ):
        self.base_url, self.keep = base_url, keep
        self.tools, self.strict = tools, strict
        self.more, self.headers = more, headers or {}
        self.scenario, self.system = scenario, {"role": "system", "content": system}
        self.env = FlightBookingEnv(scenario=scenario, seed=seed)
        self.page, self.info = self.env.reset()
        self.history = [{"role": "user", "content": json.dumps(self.page)}]
        self.actions = []
        self.over = False

    def request(self):
        history = self.history[-self.keep :] if self.keep else self.history
        extra = {}
        if self.tools:
            legal = self.page["legal_verbs"]
            extra["tools"] = tools_of(self.scenario, legal, strict=self.strict)
        return asking(self.system, *history, **extra, **self.more)

    def ask(self):
        return post(self.base_url, self.request(), **self.headers)

    def take(self, answer):
        """Carry out what an answer says, and show the page that comes of it."""
        message = answer.body["choices"][0]["message"]
        calls = message.get("tool_calls")
        if calls:
            called = calls[0]["function"]
            action = {"verb": called["name"], "payload": called["arguments"]}
        else:
            action = json.loads(message["content"])
        self.actions.append(action)
        self.page, _, term, trunc, self.info = self.env.step(action)
        self.over = term or trunc
        kept = {"role": "assistant", "content": message["content"]}
        shown = json.dumps({"page": self.page})
        if calls:
            result = {"role": "tool", "tool_call_id": calls[0]["id"], "content": shown}
            self.history += [{**kept, "tool_calls": calls[:1]}, result]
        else:
            self.history += [kept, {"role": "user", "content": shown}]

    def play(self):
        """Play to the end, and return the outcome and the number of actions."""
        while not self.over:
            self.take(self.ask())
        return self.info["outcome"], len(self.actions)
