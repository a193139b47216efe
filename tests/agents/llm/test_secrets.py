"""Keys reach the server and nothing else: no cassette, error, journal or output."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from test_time_gym.agents.llm import Cassette
from test_time_gym.agents.llm.http_client import HttpClient
from test_time_gym.agents.llm.provider_error import ProviderError

KEY = "sk-1234567890-secret"


class Echo(BaseHTTPRequestHandler):
    """Answers with the headers it was sent, as a call or as an error."""

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        said = self.headers["authorization"]
        self.server.heard.append(said)
        call = {"name": "abort", "arguments": json.dumps({"reason": said})}
        calls = [{"id": said, "type": "function", "function": call}]
        message = {"content": said, "tool_calls": calls}
        data = {"choices": [{"message": message, "finish_reason": "tool_calls"}]}
        if self.server.status != 200:
            data = {"error": {"message": f"wrong key: {said}"}}
        body = json.dumps(data).encode()
        self.send_response(self.server.status, said)
        self.send_header("x-key", said)
        if self.server.status == 302:
            self.send_header("location", self.server.elsewhere)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@pytest.fixture
def echo(monkeypatch):
    monkeypatch.setenv("MY_KEY", KEY)
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        server.status, server.heard = 200, []
        server.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.elsewhere = server.url
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [200, 401, 500])
def test_a_server_that_echoes_the_key_gets_it_into_no_file(
    play, echo, tmp_path, status
):
    echo.status = status
    with Cassette(tmp_path / "c.jsonl") as cassette:
        result = play(echo.url, api_key_env="MY_KEY", cassette=cassette)

    assert set(echo.heard) == {f"Bearer {KEY}"}
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"c.jsonl", "j.jsonl"}
    assert [path.name for path in files if KEY.encode() in path.read_bytes()] == []
    assert KEY not in json.dumps(result.as_dict())


def test_the_address_stays_out_of_the_files_too(play, echo, tmp_path):
    with Cassette(tmp_path / "c.jsonl") as cassette:
        play(echo.url, api_key_env="NO_SUCH_KEY", cassette=cassette)

    assert echo.heard == [None] * len(echo.heard)
    said = [path.read_bytes() for path in tmp_path.rglob("*.json*")]
    assert not any(b"127.0.0.1" in data for data in said)


def test_a_key_is_not_taken_elsewhere_by_a_redirect(echo):
    echo.status = 302

    with pytest.raises(ProviderError, match="bad_request \\(302\\)") as caught:
        HttpClient(echo.url, KEY, 1000).post({})

    assert len(echo.heard) == 1
    assert KEY not in str(caught.value)


def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(
    play, echo, monkeypatch
):
    monkeypatch.setenv("MY_KEY", f"{KEY}\nx")

    with pytest.raises(ValueError, match="the key in MY_KEY is none") as caught:
        play(echo.url, api_key_env="MY_KEY")

    assert KEY not in str(caught.value)
    assert echo.heard == []
