"""`ttgym serve fake-model` as a process: ready, answering, stopped."""

import json
import os
import signal
import subprocess

import pytest
from tests.support.chats import asking, get, post

HI = {"role": "user", "content": "hello"}


@pytest.fixture
def served(folder, command, environment):
    """Start the server with options; yield its process; end it."""
    running = []

    def start(*options):
        process = subprocess.Popen(
            [*command, "serve", "fake-model", *options],
            env=environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("number", "end"),
    [(signal.SIGINT, (130, "interrupted")), (signal.SIGTERM, (143, "terminated"))],
)
def test_it_says_where_it_is_answers_and_stops(served, number, end):
    process = served("--policy", "first-offer", "--faults", "500@2", "--json")

    ready = json.loads(process.stdout.readline())
    statuses = [post(ready["base_url"], asking(HI)).status for _ in range(3)]
    process.send_signal(number)
    out, err = process.communicate(timeout=300)

    assert [*ready] == ["base_url", "policy", "models"]
    assert ready["policy"] == ready["models"][0] == "first-offer"
    assert statuses == [200, 500, 200]
    assert (out, (process.returncode, err.strip())) == ("", end)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_it_tells_people_in_one_line_and_a_second_one_that_the_port_is_taken(
    served, ttgym
):
    process = served("--api-key", "secret")

    line = process.stdout.readline()
    url = line.split()[3]
    taken = ttgym("serve", "fake-model", "--port", url.split(":")[2].split("/")[0])
    refused = get(f"{url}/models").status

    assert line == f"cheapest answers at {url} until Ctrl-C\n"
    assert refused == 401
    assert (taken.code, taken.out) == (2, "")
    assert taken.err.startswith("error: cannot listen at 127.0.0.1:")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--policy", "cheap"), "unknown policy 'cheap'; did you mean cheapest?"),
        (("--policy", "skills"), "unknown policy 'skills'; did you mean skilled?"),
        (("--faults", "fire@3"), "unknown fault 'fire'; known: 429,"),
        (("--faults", "no.json"), "cannot read no.json: "),
        (("--follow", "2"), "'2' is not a share from 0 to 1"),
        (("--stall-s", "-1"), "'-1' is not a number of seconds"),
        (("--latency-ms", "1.5"), "'1.5' is not a whole number"),
        (("--context-window", "0"), "'0' is not a whole number from 1"),
        (("--host", "0.0.0.0"), "say --allow-remote"),
        (("--port", "65536"), "'65536' is not a whole number from 0 to 65535"),
    ],
)
def test_wrong_options_are_told(ttgym, options, why):
    answer = ttgym("serve", "fake-model", *options)

    assert (answer.code, answer.out) == (2, "")
    assert why in answer.err


def test_help_shows_examples_and_the_servers(ttgym):
    helped = ttgym("serve", "fake-model", "--help").out

    assert helped.count("\n  ttgym serve fake-model") == 2
    assert "fake-model" in ttgym("serve").out
