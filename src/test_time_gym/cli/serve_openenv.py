"""`ttgym serve openenv`: episodes for clients of OpenEnv."""

__all__ = ["serve_openenv"]


def serve_openenv() -> None:
    """Serve episodes over OpenEnv's WebSocket."""
