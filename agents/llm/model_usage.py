"""Usage: what a model's answers took."""

from dataclasses import asdict, dataclass, fields

__all__ = ["ModelUsage"]


@dataclass(slots=True, kw_only=True)
class ModelUsage:
    """Sums over the answers of a model."""

    calls: int = 0
    """Answers."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    retries: int = 0
    """Attempts that failed and were made again."""
    estimated: int = 0
    """Answers whose tokens no provider has counted."""
    recorded: int = 0
    """Answers that came from a cassette, and cost nothing this time."""
    latency_ms: int = 0
    """From the first attempt to the answer, on the wall clock; of answers from a
    cassette what they took then."""

    @property
    def tokens(self) -> int:
        """Prompt and completion together."""
        return self.prompt_tokens + self.completion_tokens

    def add(self, more: "ModelUsage") -> None:
        """Count further answers."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(more, one.name))

    def as_dict(self) -> dict[str, int]:
        """Return plain data.

        >>> ModelUsage(calls=2).as_dict()["calls"]
        2
        """
        return asdict(self)
