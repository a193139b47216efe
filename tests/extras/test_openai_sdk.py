"""The SDK of OpenAI as the client: the same requests, answers, errors and runs."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from test_time_gym import run
from test_time_gym.agents.llm import Cassette, LLMAgent, ProviderError, RetryPolicy
from test_time_gym.agents.llm.client import make_client
from test_time_gym.serving.fake_model import FakeModel

openai = pytest.importorskip("openai", reason="an extra: make test-extras")

pytestmark = pytest.mark.extras

BODY = {
    "model": "m",
    "messages": [{"role": "user", "content": 'Grüße, 東京 \u2028 "quoted"'}],
    "tools": [
        {
            "type": "function",
            "function": {"name": "wait", "parameters": {"type": "object"}},
        }
    ],
    "temperature": 0.1,
    "max_tokens": 20,
}


class Listener(BaseHTTPRequestHandler):
    """Keeps what it was sent."""

    def do_POST(self):
        data = self.rfile.read(int(self.headers["content-length"]))
        kept = ("content-type", "authorization")
        self.server.heard.append((self.path, [self.headers[k] for k in kept], data))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_args):
        pass


def test_both_clients_send_the_same_bytes():
    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        server.heard = []
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        answers = [
            make_client(url, "sk-12345678", 2000, kind).post(BODY)
            for kind in ("openai", "http", "auto")
        ]
        server.shutdown()
        thread.join()

    first, second, third = server.heard
    assert first == second == third
    assert answers == ["{}"] * 3


FAULTS = {
    "429:7": ("rate_limit", 429, 7000),
    "500": ("server", 500, None),
    "503:2": ("server", 503, 2000),
    "401": ("auth", 401, None),
    "context": ("context_window", 400, None),
    "timeout:2": ("timeout", None, None),
    "drop": ("connection", None, None),
    "half": ("connection", None, None),
}


@pytest.mark.parametrize("kind", ["openai", "http"])
@pytest.mark.parametrize(("fault", "expected"), FAULTS.items())
def test_both_clients_tell_the_same_errors(kind, fault, expected):
    with FakeModel("cheapest", faults=f"{fault}@1-") as model:
        client = make_client(model.base_url, "sk-12345678", 200, kind)
        with pytest.raises(ProviderError) as caught:
            client.post(BODY)

    error = caught.value
    assert (error.kind, error.status, error.retry_after_ms) == expected
    assert len(model.requests) == 1, "the SDK retries nothing"


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_both_clients_play_the_same_run_and_share_a_cassette(tmp_path, stream):
    digests = []
    with FakeModel("cheapest", faults="500@2,half@4,malformed-json@6") as model:
        for kind, mode in (("openai", "record"), ("http", "replay"), ("http", None)):
            cassette = Cassette(tmp_path / "c", mode) if mode else None
            agent = LLMAgent(
                "m",
                model.base_url,
                client=kind,
                stream=stream,
                cassette=cassette,
                retries=RetryPolicy(first_ms=1),
            )
            result = run(
                "flights/rush",
                agent,
                seed=7,
                n_agents=1,
                regret=False,
                journal=tmp_path / "j",
                overwrite=True,
            )
            digests.append(result.episodes[0].sha256)
            if cassette is not None:
                cassette.close()

    assert result.episodes[0].agents["buyer_0"].outcome == "success"
    assert len(set(digests)) == 1


def test_no_client_of_the_sdk_needs_a_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with FakeModel("cheapest") as model:
        agent = LLMAgent("m", model.base_url, client="openai")
        result = run("flights/rush", agent, seed=7, n_agents=1, regret=False)

    assert result.episodes[0].agents["buyer_0"].outcome == "success"
