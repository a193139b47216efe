"""One session's environment: a focal buyer, the others played by policies."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, ClassVar, Final

from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import EnvironmentMetadata

from test_time_gym.market.errors import MarketBug, MarketError, Misuse, shown
from test_time_gym.version import __version__

from .models import MarketAction, MarketObservation, SessionState
from .served_scenario import ServedScenario
from .session_env import SessionEnv

__all__ = ["MarketEnvironment", "ServerFailed"]

_LOG: Final = logging.getLogger("test_time_gym.serving")
_ID_MAX: Final = 255


class ServerFailed(Exception):
    """The server has failed: the agent did nothing wrong, and earns no reward."""


class MarketEnvironment(Environment[MarketAction, MarketObservation, SessionState]):  # type: ignore[misc] # mypy skips openenv
    """The market behind one session.

    Whatever fails is raised: OpenEnv answers with an error, and no observation.

    Args:
        served: what is played.
    """

    SUPPORTS_CONCURRENT_SESSIONS: ClassVar[bool] = True

    def __init__(self, served: ServedScenario) -> None:
        """Begin without an episode; `reset` starts one."""
        super().__init__()
        self._served = served
        self._env: SessionEnv | None = None
        self._state = SessionState(episode_id=None, scenario=served.scenario.name)

    # OpenEnv runs what is not async in a thread of the session.  Steps are short, and
    # need none, unless an agent in another seat takes its time.
    async def reset_async(
        self, seed: Any = None, episode_id: Any = None, **more: Any
    ) -> MarketObservation:
        """Start an episode; see `reset`."""
        if self._served.slow:
            start = partial(self.reset, seed=seed, episode_id=episode_id, **more)
            return await asyncio.to_thread(start)
        return self.reset(seed=seed, episode_id=episode_id, **more)

    async def step_async(
        self, action: MarketAction, timeout_s: float | None = None, **more: Any
    ) -> MarketObservation:
        """Take an action; see `step`."""
        if self._served.slow:
            go_on = partial(self.step, action, timeout_s=timeout_s, **more)
            return await asyncio.to_thread(go_on)
        return self.step(action, timeout_s=timeout_s, **more)

    def reset(
        self, seed: Any = None, episode_id: Any = None, **more: Any
    ) -> MarketObservation:
        """Start an episode; an unfinished one is sealed as aborted.

        Args:
            seed: of the episode; None goes on from the last one, or takes one from
                the operating system the first time.
            episode_id: what the caller calls it; None: a new name.
            more: refused; a misspelt option would go unseen.

        Raises:
            Misuse: an argument is wrong; the present episode goes on.
            ServerFailed: something failed that is no fault of the caller.
        """
        if more:
            name = next(iter(more))
            msg = f"reset takes seed and episode_id, not {name!r:.60}"
            raise Misuse(msg)
        if episode_id is None:
            episode_id = self._served.new_id()
        if not isinstance(episode_id, str) or not 1 <= len(episode_id) <= _ID_MAX:
            msg = f"episode_id is a text of 1 to {_ID_MAX} characters, not "
            raise Misuse(msg + shown(episode_id))
        env = self._made()
        env.name_next(episode_id)
        with _failures():
            page, info = env.reset(seed=seed)
        self._state = SessionState(
            episode_id=episode_id,
            step_count=0,
            scenario=self._served.scenario.name,
            seed=env.turns.market.streams.seed,
            journal=env.journal_name,
        )
        return self._observation(page, info, reward=None, done=False)

    def step(
        self, action: MarketAction, timeout_s: float | None = None, **more: Any
    ) -> MarketObservation:
        """Take an action of the focal buyer, and run to its next turn.

        Args:
            action: a verb and payload, or a text; what makes no sense is answered by
                the market, as through every door.
            timeout_s: accepted and not used: time is simulated.
            more: refused.

        Raises:
            Misuse: before `reset`, or after the end.
            ServerFailed: something failed that is no fault of the caller.
        """
        del timeout_s
        if more:
            msg = f"step takes an action, not {next(iter(more))!r:.60}"
            raise Misuse(msg)
        if self._env is None:
            msg = "step before reset: call reset first"
            raise Misuse(msg)
        with _failures():
            page, reward, ended, cut, info = self._env.step(
                self._served.decoded(action)
            )
        self._state.step_count += 1
        self._state.reward = round(self._state.reward + reward, 9)
        self._state.outcome = info["outcome"]
        return self._observation(page, info, reward=round(reward, 9), done=ended or cut)

    @property
    def state(self) -> SessionState:
        """Where the episode stands."""
        return self._state

    def get_metadata(self) -> EnvironmentMetadata:
        """Return what is played here."""
        return EnvironmentMetadata(
            name="test-time-gym",
            description=self._served.scenario.description,
            version=__version__,
        )

    def close(self) -> None:
        """Seal the journal of an unfinished episode."""
        if self._env is not None:
            self._env.close()

    def _made(self) -> SessionEnv:
        if self._env is None:
            with _failures():
                self._env = self._served.environment()
        return self._env

    def _observation(
        self, page: Any, info: dict[str, Any], *, reward: float | None, done: bool
    ) -> MarketObservation:
        terms = {name: round(value, 9) for name, value in info["reward_terms"].items()}
        told = {"reward_terms": terms, "outcome": info["outcome"]}
        return self._served.observation(
            done=done,
            reward=reward,
            metadata=told,
            page=page,
            text=self._served.text(page),
            reward_terms=terms,
            accepted=info["accepted"],
            outcome=info["outcome"],
        )


@contextmanager
def _failures() -> Iterator[None]:
    """Tell what fails inside as the server's fault, and nothing of the inside."""
    try:
        yield
    except Exception as error:
        if isinstance(error, MarketError) and not isinstance(error, MarketBug):
            raise
        _LOG.exception("a session has failed")
        msg = "the server has failed; this is no fault of the agent"
        raise ServerFailed(msg) from error
