"""Playing agents in a scenario, and measuring them: `run`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from test_time_gym.journal.sink import Durability
from test_time_gym.rollout.play import Agents, play
from test_time_gym.rollout.results import RunResult
from test_time_gym.rollout.rollout import Report
from test_time_gym.scenarios import Scenario, load_scenario

from .market.seller_policies import Policies, with_policies
from .oracle import ADVISED
from .regrets import Regrets

__all__ = ["run"]


def run(
    scenario: str | Path | Scenario,
    agents: Agents = None,
    *,
    seed: int = 0,
    n_agents: int | None = None,
    roles: Sequence[str] | None = None,
    airlines: Policies | str | None = None,
    episodes: int = 1,
    journal: str | Path | None = None,
    overwrite: bool = False,
    durability: Durability = "end",
    regret: bool = True,
    optima: Mapping[int, int | None] | None = None,
    max_turns: int | None = None,
    reward: object = None,
    window_s: int | None = None,
    concurrency: int = 1,
    allow_long: bool = False,
    progress: Report | None = None,
) -> RunResult:
    """Play agents in a scenario.

    Args:
        scenario: a name, the path of a TOML file, or a `Scenario`.
        agents: by seat name (``{"buyer_0": my_agent}``), in the order of seats,
            or one for all; seats left over are played by the scenario's own
            policies.  ``"oracle"`` is told the optimum; use it for comparison.
        seed: of the first episode; the k-th uses ``seed + k``.
        n_agents: how many buyers play; by default the scenario's number, or as many
            as a sequence lists or a mapping names seats for.
        roles: that agents play; ``("buyer", "seller")``: also the sellers whose
            pricing has the kind ``agent``.  None: they do if ``agents`` names one.
        airlines: policies of sellers instead of those that the scenario declares:
            ``{"Aurora": "emsr_b"}``, a table with ``kind`` and other keys, or a class
            of your own with ``decide(view)``; as `test_time_gym.market` takes them.
            A journal does not hold a class: it is verified with the class at hand.
        episodes: how many are played, by the same agent objects.
        journal: file of the journal; further episodes get ``-2``, ``-3`` ….  A name
            that ends with ``.zst`` has it compressed.
        overwrite: replace journals that exist.
        durability: when a journal is forced onto the disk: at its ``end``, after
            every ``turn`` (for agents whose actions are dear), or ``none`` for
            whenever the operating system likes.
        regret: also compute every agent's clairvoyant optimum (one more
            execution of the market per agent), and what its regret came from.
        optima: optimal prices of episodes by their seeds (None: infeasible), where
            they are known from another run of a single agent; they are not computed
            again.
        max_turns: actions per agent; None: the scenario's.
        reward: ``"standard"``, ``"training"``, or numbers by name in thousandths;
            None: the scenario's.
        window_s: length of decision windows in simulated seconds: agents become ready
            at their ends alone, and those asked together all see the market as it is
            then.  None: an agent is ready when its page has settled.
        concurrency: so many episodes at once: while one waits for an agent that asks
            a model, others play on, with the same journals.  Only for agents that
            keep nothing from one episode to the next.
        allow_long: play even a scenario that asks for more than some millions of
            events.
        progress: called with what is being done, and in which of several episodes,
            and the number of its steps so far.

    Raises:
        TooLong: the scenario hardly ends, and nothing has been played.
        Misuse: an argument is wrong, and nothing has been played; or a journal
            could not be written to its end.
        AgentError: an agent's ``end`` failed; the episode has been played.
        PolicyError: a policy of your own failed; a journal is whole to there.

    >>> result = run("flights/sfo-mad", "cheapest", seed=42)
    >>> result.episodes[0].agents["buyer_0"].outcome
    'success'
    """
    if airlines is not None:
        scenario = with_policies(load_scenario(scenario), airlines)
    return play(
        scenario,
        agents,
        seed=seed,
        n_agents=n_agents,
        roles=roles,
        episodes=episodes,
        journal=journal,
        overwrite=overwrite,
        durability=durability,
        measure=Regrets(optima) if regret else None,
        advised=ADVISED,
        max_turns=max_turns,
        reward=reward,
        window_s=window_s,
        concurrency=concurrency,
        allow_long=allow_long,
        progress=progress,
    )
