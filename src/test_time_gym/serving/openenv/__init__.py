"""The OpenEnv server: one market a session, for trainers that bring their own loop."""

from importlib.resources import files

__all__ = ["manifest"]


def manifest() -> str:
    """Return ``openenv.yaml``, as OpenEnv's tools look for it."""
    return files(__name__).joinpath("openenv.yaml").read_text(encoding="utf-8")
