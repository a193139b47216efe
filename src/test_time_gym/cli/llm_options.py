"""Options for language models: how they are called, what they may cost, what stays."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, get_type_hints

import typer

from . import values
from .agents_option import ChosenAgents

if TYPE_CHECKING:
    from test_time_gym.agents.llm import Budget, Cassette, LLMAgent

__all__ = ["ModelOptions", "one_model", "takes_models", "with_models"]

_MODELS: Final = "Language models"
"""Heading of these options in the help."""


def _said(metavar: str, text: str, parser: Any = None) -> Any:
    return typer.Option(
        metavar=metavar, help=text, parser=parser, rich_help_panel=_MODELS
    )


def _flag(name: str, text: str) -> Any:
    return typer.Option(name, help=text, rich_help_panel=_MODELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """What was said of models; what was not is None or False.

    Each field is an option of the commands that take them.
    """

    cassette: Annotated[
        Path | None,
        _said("FILE", "Keep every answer of a model in a new file, before it is used."),
    ] = None
    offline: Annotated[
        bool,
        _flag("--offline", "Take all answers from the cassette; no model is asked."),
    ] = False
    resume: Annotated[
        bool,
        _flag(
            "--resume",
            "Take what answers the cassette has from there, and ask for the others: "
            "what was paid for is not paid again. Journals of that run are written "
            "again.",
        ),
    ] = False
    api_key_env: Annotated[
        str | None,
        _said(
            "NAME",
            "Environment variable with the key; otherwise OPENAI_API_KEY. Servers of "
            "your own need none.",
        ),
    ] = None
    temperature: Annotated[
        Any, _said("T", "Otherwise the server's default.", values.temperature)
    ] = None
    page: Annotated[
        str | None,
        _said("json|compact|delta|text", "How pages are written for a model."),
    ] = None
    offers_per_page: Annotated[
        int | None,
        _said(
            "N",
            "Tell a model of so many offers at once; it may ask for the others.",
            values.positive,
        ),
    ] = None
    llm_max_tokens: Annotated[
        int | None,
        _said(
            "N",
            "Longest answer, as max_tokens; otherwise the server's.",
            values.positive,
        ),
    ] = None
    llm_history: Annotated[
        str | None,
        _said(
            "all|last:K|tokens:N",
            "How much of its conversation a model is shown again.",
        ),
    ] = None
    llm_prompt: Annotated[
        Path | None,
        _said("FILE", "A text of yours in the place of the package's prompt."),
    ] = None
    llm_budget_calls: Annotated[
        int | None,
        _said("N", "Answers, for each agent in each episode.", values.positive),
    ] = None
    llm_budget_tokens: Annotated[
        int | None,
        _said(
            "N", "Tokens in and out, for each agent in each episode.", values.positive
        ),
    ] = None
    llm_budget_usd: Annotated[
        Any,
        _said("USD", "Money, for each agent in each episode.", values.microdollars),
    ] = None
    llm_run_calls: Annotated[
        int | None, _said("N", "Answers, for the whole run.", values.positive)
    ] = None
    llm_run_tokens: Annotated[
        int | None, _said("N", "Tokens in and out, for the whole run.", values.positive)
    ] = None
    llm_run_usd: Annotated[
        Any, _said("USD", "Money, for the whole run.", values.microdollars)
    ] = None
    llm_price: Annotated[
        Any,
        _said(
            "PROMPT/COMPLETION",
            "Dollars for a million tokens, as in 0.25/2: there is no price list.",
            values.token_prices,
        ),
    ] = None
    llm_timeout: Annotated[
        int | None,
        _said(
            "SECONDS",
            "After which an attempt has failed; otherwise 120.",
            values.positive,
        ),
    ] = None
    llm_retries: Annotated[
        int | None,
        _said(
            "N",
            "Further attempts after errors that may pass; otherwise 5.",
            values.whole(0, 100),
        ),
    ] = None
    llm_stream: Annotated[bool, _flag("--llm-stream", "Ask for answers in pieces.")] = (
        False
    )
    llm_client: Annotated[
        str | None,
        _said(
            "auto|openai|http",
            "Which program sends: the SDK of OpenAI, an extra, or the standard "
            "library.",
        ),
    ] = None
    think_base_ms: Annotated[
        int | None,
        _said("MS", "Simulated time that each call takes.", values.whole(0, 10**9)),
    ] = None
    think_per_token_ms: Annotated[
        int | None,
        _said(
            "MS",
            "Simulated time that each token of an answer takes.",
            values.whole(0, 10**6),
        ),
    ] = None

    @property
    def given(self) -> bool:
        """Whether anything was said."""
        return any(getattr(self, one.name) not in (None, False) for one in fields(self))


def takes_models(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that takes the options as well.

    Args:
        command: with a parameter ``models``, which gets what was said.
    """
    hints = get_type_hints(ModelOptions, include_extras=True)
    names = [one.name for one in fields(ModelOptions)]
    own = [
        one for one in signature(command).parameters.values() if one.name != "models"
    ]
    more = [
        Parameter(
            one.name,
            Parameter.KEYWORD_ONLY,
            default=one.default,
            annotation=hints[one.name],
        )
        for one in fields(ModelOptions)
    ]

    @wraps(command)
    def asked(**said: Any) -> None:
        models = ModelOptions(**{name: said.pop(name) for name in names})
        command(**said, models=models)

    # Typer reads both, instead of the source.
    asked.__dict__["__signature__"] = Signature([*own, *more])
    asked.__annotations__ = {one.name: one.annotation for one in (*own, *more)}
    return asked


@contextmanager
def with_models(seats: ChosenAgents, options: ModelOptions) -> Iterator[ChosenAgents]:
    """Let models play that were named, with a cassette and a budget in common.

    Args:
        seats: who plays.
        options: what was said of models.

    Raises:
        Misuse: no model plays, an option is wrong, or the run was not what the cassette
            holds.
    """
    from test_time_gym.agents.llm import is_model_name
    from test_time_gym.market.errors import Misuse
    from test_time_gym.market.interface.policy import AgentError

    named = {
        seat: source
        for seat, source in seats.sources.items()
        if isinstance(source, str) and is_model_name(source)
    }
    if options.given and not named:
        msg = "--cassette, --llm-… and their like are for a language model that plays, "
        raise Misuse(msg + "as in --agents llm:MODEL@BASE_URL")
    if not named:
        yield seats
        return
    cassette = _cassette(options)
    try:
        made = _agents(list(dict.fromkeys(named.values())), options, cassette)
        sources = seats.sources | {seat: made[name] for seat, name in named.items()}
        yield replace(seats, sources=sources)
    except AgentError:
        # It says so as well, but that it was an agent's `end` which told.
        if cassette is not None and cassette.failure is not None:
            raise cassette.failure from None
        raise
    finally:
        if cassette is not None:
            cassette.close()


@contextmanager
def one_model(name: str, options: ModelOptions) -> "Iterator[LLMAgent]":
    """Make one model, with its cassette and its budgets.

    Args:
        name: ``llm:MODEL@BASE_URL``.
        options: what was said of models.

    Raises:
        Misuse: an option is wrong.
    """
    cassette = _cassette(options)
    try:
        yield _agents([name], options, cassette)[name]
    finally:
        if cassette is not None:
            cassette.close()


def _cassette(options: ModelOptions) -> "Cassette | None":
    from test_time_gym.agents.llm import Cassette
    from test_time_gym.market.errors import Misuse

    if options.cassette is None:
        if options.offline or options.resume:
            option = "--offline" if options.offline else "--resume"
            raise Misuse(f"{option} goes with --cassette FILE")
        return None
    if options.offline and options.resume:
        raise Misuse("--offline and --resume are two things: choose one")
    if options.offline:
        return Cassette(options.cassette, "replay")
    if options.resume:
        return Cassette(options.cassette, "resume")
    if options.cassette.exists():
        msg = f"{options.cassette} exists: go on with it by --resume, play from it by "
        raise Misuse(msg + "--offline, or choose another name")
    return Cassette(options.cassette)


def _agents(
    names: list[str], options: ModelOptions, cassette: "Cassette | None"
) -> "dict[str, LLMAgent]":
    """Return a model for each name."""
    from test_time_gym.agents.llm import LLMAgent, RetryPolicy, RunBudget

    of_run = _budget(
        options, options.llm_run_calls, options.llm_run_tokens, options.llm_run_usd
    )
    of_episode = _budget(
        options,
        options.llm_budget_calls,
        options.llm_budget_tokens,
        options.llm_budget_usd,
    )
    more: dict[str, Any] = {
        "api_key_env": options.api_key_env,
        "history": options.llm_history,
        "page": options.page,
        "offers_per_page": options.offers_per_page,
        "client": options.llm_client,
        "timeout_ms": None
        if options.llm_timeout is None
        else options.llm_timeout * 1000,
        "think_base_ms": options.think_base_ms,
        "think_per_token_ms": options.think_per_token_ms,
    }
    if options.llm_max_tokens is not None:
        more["parameters"] = {"max_tokens": options.llm_max_tokens}
    if options.llm_retries is not None:
        more["retries"] = RetryPolicy(retries=options.llm_retries)
    if options.llm_prompt is not None:
        more["prompt"] = options.llm_prompt.read_text("utf-8")
    given = {name: value for name, value in more.items() if value is not None}
    shared = RunBudget(of_run)
    return {
        name: LLMAgent.named(
            name,
            budget=of_episode,
            run_budget=shared,
            cassette=cassette,
            stream=options.llm_stream,
            temperature=options.temperature,
            **given,
        )
        for name in names
    }


def _budget(
    options: ModelOptions,
    calls: int | None,
    tokens: int | None,
    microdollars: int | None,
) -> "Budget":
    from test_time_gym.agents.llm import Budget, TokenPrices
    from test_time_gym.market.errors import Misuse

    if microdollars is not None and options.llm_price is None:
        msg = "a budget in dollars needs --llm-price PROMPT/COMPLETION, dollars for a "
        raise Misuse(msg + "million tokens")
    prices = None if options.llm_price is None else TokenPrices(*options.llm_price)
    return Budget(calls=calls, tokens=tokens, microdollars=microdollars, prices=prices)
