"""Many markets in several processes: the same results, and no end that hangs."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from rows import SEARCH, every, trace

from test_time_gym import market_v0
from test_time_gym.envs.market_worker import WorkerLost
from test_time_gym.market.errors import Misuse

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="it sends signals"),
]


def make(n=2, processes=2, scenario="flights/rush", **options):
    options = {"n_agents": 2, "start_method": "forkserver"} | options
    return market_v0.vector_env(n, scenario, processes=processes, **options)


def pids(env):
    return [worker.process.pid for worker in env._group._workers]


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_any_number_of_processes_plays_the_same():
    others = {"buyer_1": "random"}
    settings = {"n_agents": 3, "others": others}
    alone = trace(make(5, 1, **settings), 120)

    with make(5, 3, start_method="spawn", **settings) as env:
        shared = trace(env, 120)

    assert shared == alone


def test_a_process_may_be_asked_while_others_think():
    with make() as env, make(processes=1) as alone:
        _, infos = env.reset(seed=1)
        alone.reset(seed=1)
        env.step_async(every(infos, SEARCH))
        results = env.step_wait()

        expected = alone.step(every(infos, SEARCH))
        for mine, theirs in zip(results[:4], expected[:4], strict=True):
            assert np.array_equal(mine, theirs)


def test_an_error_in_a_process_is_raised_here_as_what_it_is(tmp_path):
    (tmp_path / "market-1-a.jsonl").write_text("taken")
    with make(journal=tmp_path / "a.jsonl") as env:
        with pytest.raises(Misuse, match="exists") as raised:
            env.reset(seed=1)
        assert "market_worker.py" in str(raised.value.__cause__)
        (tmp_path / "market-1-a.jsonl").unlink()
        observations, _ = env.reset(seed=1)
        assert len(observations) == 4


def test_a_process_that_was_killed_is_told_of_and_closes_the_environment():
    env = make(3)
    _, infos = env.reset(seed=1)
    processes = pids(env)
    os.kill(processes[1], signal.SIGKILL)

    with pytest.raises(WorkerLost, match=r"worker 1 \(market 2\) .* exit code -9"):
        env.step(every(infos, SEARCH))

    assert all(gone(pid) for pid in processes)
    with pytest.raises(Misuse, match="closed"):
        env.step(every(infos, SEARCH))
    env.close()


def test_closing_ends_all_processes_also_in_the_middle_of_a_step():
    env = make()
    _, infos = env.reset(seed=1)
    processes = pids(env)
    env.step_async(every(infos, SEARCH))

    env.close()
    env.close()

    assert all(gone(pid) for pid in processes)


def test_a_process_that_does_not_answer_is_killed(monkeypatch):
    monkeypatch.setattr("test_time_gym.envs.market_worker._PATIENCE_S", 0.2)
    env = make()
    env.reset(seed=1)
    processes = pids(env)
    os.kill(processes[0], signal.SIGSTOP)

    env.close()

    assert all(gone(pid) for pid in processes)


def test_what_cannot_be_sent_to_a_process_is_told_at_once():
    others = {"buyer_1": lambda _page: {"verb": "wait"}}
    with pytest.raises(Misuse, match="others"):
        make(others=others)


def test_an_interrupt_leaves_the_environment_as_it_is():
    with make() as env, make(processes=1) as alone:
        _, infos = env.reset(seed=1)
        alone.reset(seed=1)
        expected = alone.step(every(infos, SEARCH))
        env.step_async(every(infos, SEARCH))
        worker = env._group._workers[1]
        answer = worker.answer

        def interrupted():
            worker.answer = answer
            raise KeyboardInterrupt

        worker.answer = interrupted
        with pytest.raises(KeyboardInterrupt):
            env.step_wait()
        results = env.step_wait()
        assert np.array_equal(results[0], expected[0])


PLAYS_ON = """
import numpy as np
from test_time_gym import market_v0

if __name__ == "__main__":
    env = market_v0.vector_env(4, "flights/rush", processes=2)
    _, infos = env.reset(seed=1)
    print(*(worker.process.pid for worker in env._group._workers), flush=True)
    try:
        while True:
            *_, infos = env.step(np.where(infos["ready"], 0, -1))
    except KeyboardInterrupt:
        env.close()
        print("closed", flush=True)
"""


def test_control_c_ends_a_program_and_its_processes(tmp_path):
    script = tmp_path / "plays_on.py"
    script.write_text(PLAYS_ON)
    program = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )
    workers = [int(pid) for pid in program.stdout.readline().split()]
    time.sleep(0.3)

    os.killpg(program.pid, signal.SIGINT)
    out, errors = program.communicate(timeout=300)

    assert (out, errors, program.returncode) == ("closed\n", "", 0)
    assert len(workers) == 2
    assert all(gone(pid) for pid in workers)


def test_a_script_without_a_guard_is_told_what_it_lacks(tmp_path):
    script = tmp_path / "no_guard.py"
    script.write_text(
        "from test_time_gym import market_v0\n"
        'market_v0.vector_env(2, "flights/rush", processes=2)\n'
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )

    assert done.returncode == 1
    assert 'if __name__ == "__main__"' in done.stderr.splitlines()[-1]
