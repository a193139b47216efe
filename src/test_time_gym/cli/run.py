"""`ttgym run`: play agents in a scenario, and prove that the journal replays."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .agents_option import chosen_agents
from .llm_options import ModelOptions, takes_models, with_models
from .memory_option import with_memory
from .progress import Progress
from .show_run import PlayedRun, show, verified
from .sites import DriftOption, SiteOption, site_of
from .terminal import note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from test_time_gym.journal.sink import Durability
    from test_time_gym.rollout.hooks import Measure
    from test_time_gym.scenarios import Scenario

    from .watching import Lookout

__all__ = ["own_file", "play", "run"]

FOLDER = Path("runs")
"""Where journals go that nobody named."""


ScenarioArgument = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO", help="A name (see: ttgym scenarios), or a .toml file."
    ),
]
AgentsOption = Annotated[
    str | None,
    typer.Option(
        metavar="AGENT[,AGENT...]",
        help="Who plays: one agent for all seats, or several in the order of seats, "
        "separated by commas. Built in: cheapest, clerk, dummy, first-offer, oracle, "
        "patient, random, rebooker, skills. Your own: module:Name or file.py:Name. "
        "A trained policy: ppo:FILE.npz. A language model: llm:MODEL@BASE_URL.",
    ),
]
AgentOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SEAT=AGENT",
        help="One seat's agent, as in buyer_1=patient or seller_0=undercut; may be "
        "repeated.",
    ),
]
CountOption = Annotated[
    int | None,
    typer.Option(parser=values.positive, metavar="N", help="How many play."),
]
SeedOption = Annotated[
    int,
    typer.Option(
        parser=values.seed,
        metavar="SEED",
        help="Of the first episode; the k-th uses SEED + k - 1.",
    ),
]
EpisodesOption = Annotated[
    int,
    typer.Option(parser=values.positive, metavar="K", help="How many are played."),
]
JournalOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The journal's file; further episodes get -2, -3 and so on. A name that "
        "ends with .zst has it compressed. Without any: "
        "runs/SCENARIO-seedSEED.jsonl, replaced at every run.",
    ),
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Replace a journal that exists.")
]
DurabilityOption = Annotated[
    Any,
    typer.Option(
        parser=values.durability,
        metavar="none|turn|end",
        help="When the journal is forced onto the disk: never, after every turn, "
        "or at its end.",
    ),
]
TurnsOption = Annotated[
    int | None,
    typer.Option(
        parser=values.positive,
        metavar="N",
        help="Actions of each agent; otherwise the scenario's number.",
    ),
]
WindowOption = Annotated[
    int | None,
    typer.Option(
        parser=values.positive,
        metavar="SECONDS",
        help="Let agents decide at the ends of windows of simulated time alone.",
    ),
]
ConcurrencyOption = Annotated[
    int,
    typer.Option(
        parser=values.positive,
        metavar="N",
        help="Play so many episodes at once, while some wait for models that answer "
        "for their agents. Not for agents that learn from episode to episode.",
    ),
]
RegretOption = Annotated[
    bool,
    typer.Option(
        "--regret/--no-regret",
        help="Compare what was paid with the clairvoyant optimum.",
    ),
]
VerifyOption = Annotated[
    bool,
    typer.Option("--verify/--no-verify", help="Re-execute every journal afterwards."),
]
MemoryOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Where agents that learn keep what they learn, and go on from in the "
        "next run. Made if need be.",
    ),
]
RepeatedOption = Annotated[
    bool,
    typer.Option(
        "--repeated",
        help="With a memory: play an episode even with skills mined from that very "
        "one, which are left out otherwise.",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object, money in minor units.")
]


@takes_models
def run(
    scenario: ScenarioArgument,
    *,
    site: SiteOption = None,
    drift: DriftOption = None,
    agents: AgentsOption = None,
    agent: AgentOption = None,
    n_agents: CountOption = None,
    policy: values.Policies = None,
    seed: SeedOption = 7,
    episodes: EpisodesOption = 1,
    journal: JournalOption = None,
    force: ForceOption = False,
    durability: DurabilityOption = "end",
    max_turns: TurnsOption = None,
    reward: values.Reward = None,
    window: WindowOption = None,
    concurrency: ConcurrencyOption = 1,
    regret: RegretOption = True,
    verify: VerifyOption = True,
    memory: MemoryOption = None,
    repeated: RepeatedOption = False,
    models: ModelOptions,
    allow_long: values.AllowLong = False,
    as_json: JsonOption = False,
) -> None:
    """Play agents in a scenario, and prove that it replays.

    Prints what each agent paid against the clairvoyant optimum: the cheapest way
    in which it could have met its task. Exit code 6 if re-executing the journal
    gives other bytes.
    """
    from test_time_gym.scenarios import load_family, load_scenario

    declared = load_scenario(scenario)
    if site is not None or drift:
        declared = site_of(load_family(scenario), site, drift or [])
    policies = values.policies(policy)
    declared, programs = _priced(declared.with_reward(reward), policies)
    played = play(
        declared,
        agents=agents,
        single=agent or [],
        n_agents=n_agents,
        seed=seed,
        episodes=episodes,
        journal=journal or own_file(declared, site, seed),
        overwrite=force or journal is None or models.resume,
        durability=durability,
        max_turns=max_turns,
        window=window,
        concurrency=concurrency,
        regret=regret,
        verify=verify,
        memory=memory,
        place=declared.name if site is None else f"{declared.name}/{site}",
        repeated=repeated,
        models=models,
        allow_long=allow_long,
        programs=programs,
    )
    show(played, as_json=as_json)
    if played.exit_code:
        raise typer.Exit(played.exit_code)


def _priced(declared: "Scenario", policies: str) -> "tuple[Scenario, dict[str, str]]":
    """Return a scenario with these policies of sellers, and those that are programs.

    What is odd about policies or demand is told.

    Raises:
        Misuse: a seller or a kind is unknown, or a table is wrong.
    """
    from test_time_gym.evaluation.market.market_notes import oddities
    from test_time_gym.evaluation.market.seller_policies import priced
    from test_time_gym.rollout.user_pricing import with_programs

    found = priced(declared, policies)
    for text in oddities(found):
        note(text)
    names = {seller: user.name for seller, user in found.users.items()}
    return with_programs(found.scenario, found.users), names


def own_file(scenario: "Scenario", site: int | None, seed: int) -> Path:
    """Return where the journal of a run goes that nobody named."""
    name = scenario.name.replace("/", "-")
    if site is not None:
        name += f"-site{site}"
    return FOLDER / f"{name}-seed{seed}.jsonl"


def play(
    scenario: "Scenario",
    *,
    agents: str | None,
    single: list[str],
    n_agents: int | None,
    seed: int,
    episodes: int,
    journal: Path,
    overwrite: bool,
    durability: "Durability" = "end",
    max_turns: int | None,
    window: int | None = None,
    concurrency: int = 1,
    regret: bool,
    verify: bool,
    memory: Path | None = None,
    place: str = "",
    repeated: bool = False,
    models: ModelOptions | None = None,
    allow_long: bool = False,
    lookout: "Lookout | None" = None,
    programs: "Mapping[str, str] | None" = None,
) -> PlayedRun:
    """Play, verify and return all there is to show.

    The arguments are the options; ``place`` is what learners are named after,
    ``lookout`` shows the run while it is played, and ``programs`` are those that decide
    for sellers.

    Raises:
        Misuse: something is wrong with what was asked for.
    """
    from test_time_gym.evaluation import ADVISED
    from test_time_gym.rollout.play import play as play_agents

    seats = chosen_agents(scenario, agents, single, n_agents)
    turns = (max_turns or scenario.turns.max_turns) * seats.count
    try:
        with (
            with_memory(
                seats, memory, place=place, seed=seed, repeated=repeated
            ) as seats,
            with_models(seats, models or ModelOptions()) as seats,
            lookout or Progress("steps", turns) as progress,
        ):
            result = play_agents(
                scenario,
                seats.sources,
                seed=seed,
                n_agents=seats.count,
                episodes=episodes,
                journal=journal,
                overwrite=overwrite,
                durability=durability,
                measure=_measure(lookout, regret=regret),
                advised=ADVISED,
                max_turns=max_turns,
                window_s=window,
                concurrency=concurrency,
                allow_long=allow_long,
                progress=progress,
            )
    except KeyboardInterrupt:
        if journal.exists():
            note(f"What has been played is kept: {journal}")
        raise
    verdicts = verified(result, programs) if verify else []
    return PlayedRun(result, seats.labels, verdicts)


def _measure(lookout: "Lookout | None", *, regret: bool) -> "Measure | None":
    """Return who hears of every action."""
    from test_time_gym.evaluation import Regrets

    measure = Regrets() if regret else None
    if lookout is None:
        return measure
    lookout.measure = measure
    return lookout
