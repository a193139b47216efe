"""A dataset of Minari: one agent's episodes, for offline reinforcement learning."""

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from test_time_gym.envs import vector_codec
from test_time_gym.extras import MissingExtra
from test_time_gym.journal.reader import STATUS_CODES
from test_time_gym.market.errors import Misuse
from test_time_gym.market.journal import SEMANTICS
from test_time_gym.version import __version__ as own

from .recording import recordings
from .recovery import Recovery, recovery_of
from .vector_episode import Unfit, VectorEpisode, vector_episode

__all__ = ["ExportedMinari", "export_minari"]

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*?(-v[0-9]+)?")
_SEED_MAX: Final = 2**63 - 1
"""The largest seed that the format has a place for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedMinari:
    """What was written."""

    folder: str
    """Minari finds the dataset where ``MINARI_DATASETS_PATH`` names this."""
    dataset: str
    """Its identifier there."""
    episodes: int
    steps: int
    unfit: tuple[str, ...]
    """Why journals were left out, one sentence each."""
    recoverable: bool
    """Whether the dataset names an environment that gives the same episodes."""
    reason: str
    """Why not."""


def export_minari(
    paths: Sequence[str | Path],
    out: str | Path,
    *,
    agent: str = "buyer_0",
    skip_unfit: bool = False,
    overwrite: bool = False,
) -> ExportedMinari:
    """Write one agent's episodes as a dataset of Minari, one episode per journal.

    Observations are those of the vector door with their masks, and actions its
    numbers; both are made again by executing the journals.  If the environment that
    the dataset names gives the very same episodes, Minari can recover it.

    Args:
        paths: of the journals.
        out: folder and name of the dataset; ``-v0`` is added to a name without a
            version.
        agent: whose episodes.
        skip_unfit: leave out journals that do not fit, instead of refusing.
        overwrite: replace a dataset of this name.

    Raises:
        MissingExtra: Minari, h5py or Pillow is not installed.
        Unfit: an episode has no like in the vector door, or none has one.
        Unexportable: a journal is damaged, or the same run as another.
        Misuse: the dataset exists, its name is none, or a file cannot be read or
            written.
        Diverged: executing a journal again gives other records.
    """
    storage = _minari()
    target = _target(Path(out), overwrite=overwrite)
    episodes, unfit = _episodes(paths, agent, skip_unfit=skip_unfit)
    recovery = recovery_of(episodes, agent)
    told = {"dataset_id": target.name, **_told(episodes, recovery, agent)}
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        try:
            _write(storage, part / "data", episodes, recovery, told)
            _move(part, target)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        msg = f"{error.filename or target} cannot be written: {error.strerror or error}"
        raise Misuse(msg) from error
    return ExportedMinari(
        folder=str(target.parent),
        dataset=target.name,
        episodes=len(episodes),
        steps=sum(len(episode.actions) for episode in episodes),
        unfit=tuple(unfit),
        recoverable=recovery.spec is not None,
        reason=recovery.reason,
    )


def _target(out: Path, *, overwrite: bool) -> Path:
    """Return the dataset's folder, if one may be made there."""
    match = _NAME.fullmatch(out.name)
    if match is None:
        msg = f"{out.name!r:.60} is no dataset's name: use letters, digits, - and _"
        raise Misuse(msg)
    target = out if match[1] else out.with_name(f"{out.name}-v0")
    if os.path.lexists(target):
        if not overwrite:
            msg = f"{target} exists: choose another name or ask to overwrite it"
            raise Misuse(msg)
        if not (target / "data" / "metadata.json").is_file():
            msg = f"{target} is no dataset of Minari and is not replaced"
            raise Misuse(msg)
    return target


def _move(part: Path, target: Path) -> None:
    """Move a folder to its place; what was there goes once that has worked."""
    if not os.path.lexists(target):
        part.rename(target)
        return
    old = target.with_name(f".{target.name}.old")
    _remove(old)
    target.rename(old)  # of a link the link itself
    try:
        part.rename(target)
    except OSError:
        old.rename(target)
        raise
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _episodes(
    paths: Sequence[str | Path], agent: str, *, skip_unfit: bool
) -> tuple[list[VectorEpisode], list[str]]:
    episodes: list[VectorEpisode] = []
    unfit = []
    for journal in recordings(paths):
        try:
            episode = vector_episode(journal, agent)
            _verify_like(episodes, episode)
            episodes.append(episode)
        except Unfit as error:
            if not skip_unfit:
                # The reader may know what to do about a journal that was cut short.
                code = STATUS_CODES[journal.structure.status] or error.exit_code
                raise Unfit(str(error), code) from error
            unfit.append(str(error))
    if not episodes:
        raise Unfit(f"no journal fits: {unfit[0]}")
    return episodes, unfit


def _verify_like(episodes: list[VectorEpisode], episode: VectorEpisode) -> None:
    """Raise that an episode's vectors have other fields than those before it.

    Raises:
        Unfit: it is of another trade.
    """
    if episodes and episode.trade is not episodes[0].trade:
        trades = f"{episodes[0].trade.name} and {episode.trade.name}"
        raise Unfit(f"{episode.journal.path}: vectors of {trades} have other fields")


def _told(
    episodes: list[VectorEpisode], recovery: Recovery, agent: str
) -> dict[str, Any]:
    """Return what a dataset says of itself."""
    from minari import __version__  # noqa: PLC0415 - an extra

    policies = sorted({episode.policy for episode in episodes})
    return {
        "minari_version": __version__,
        "algorithm_name": ", ".join(policies),
        "description": f"{agent} of Test-Time Gym, from {len(episodes)} journals",
        "requirements": [f"test-time-gym=={own}"],
        "test_time_gym": {
            "agent": agent,
            "semantics": SEMANTICS,
            "version": own,
            "not_recoverable": recovery.reason,
        },
    }


def _write(
    storage: Any,
    folder: Path,
    episodes: list[VectorEpisode],
    recovery: Recovery,
    told: dict[str, Any],
) -> None:
    from minari.data_collector import EpisodeBuffer  # noqa: PLC0415 - an extra

    data = storage.new(
        folder.absolute(),  # Minari loses its way from a relative one
        observation_space=vector_codec.dict_space(episodes[0].trade),
        action_space=vector_codec.action_space(),
        env_spec=recovery.spec,
        data_format="hdf5",
    )
    data.update_metadata(told)
    data.update_episodes(
        EpisodeBuffer(
            id=k,
            seed=episode.seed if episode.seed <= _SEED_MAX else None,
            observations={
                key: [seen[key] for seen in episode.observations]
                for key in ("action_mask", "observation")
            },
            actions=episode.actions,
            rewards=episode.rewards,
            terminations=episode.terminations,
            truncations=episode.truncations,
        )
        for k, episode in enumerate(episodes)
    )
    data.update_episode_metadata(
        {
            "journal": episode.journal.path.name,
            "run": episode.journal.structure.sha256,
            "scenario": episode.journal.header["scenario"]["name"],
            "run_seed": episode.journal.header["seed"],
            "policy": episode.policy,
            "outcome": episode.outcome,
        }
        for episode in episodes
    )


def _minari() -> Any:
    """Return Minari's storage, with all that it needs to write."""
    try:
        import h5py  # noqa: F401, PLC0415 - an extra: needed only here
        import PIL  # noqa: F401, PLC0415 - Minari needs it, and does not say so
        from minari.dataset.minari_storage import MinariStorage  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("writing a dataset of Minari", "minari") from error
    return MinariStorage
