"""SimPy processes that people add: who only looks on changes nothing."""

from test_time_gym import market_v0
from test_time_gym.replay import verify

LOOK_AGAIN = 37


def played(path, *, watched):
    env = market_v0.env("flights/rush", n_agents=2, max_cycles=30, journal=path)
    env.reset(seed=3)
    market, seen = env.turns.market, []

    def observer():
        while True:
            seen.append(sum(market.inventory.sold))
            yield market.clock.timeout(5_000)

    if watched:
        market.clock.process(observer())
    for _ in env.agent_iter():
        *_, termination, truncation, _ = env.last()
        env.step(None if termination or truncation else LOOK_AGAIN)
    env.close()
    return path.read_bytes(), seen


def test_a_process_that_only_looks_leaves_the_journal_as_it_is(tmp_path):
    alone, _ = played(tmp_path / "alone.jsonl", watched=False)
    watched, seen = played(tmp_path / "watched.jsonl", watched=True)

    assert watched == alone
    assert len(seen) > 3
    assert verify(tmp_path / "watched.jsonl", reexecute=True).replay == "equal"
