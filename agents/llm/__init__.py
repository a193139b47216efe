"""Language models as agents: they see pages, and act by calling tools."""

from .agent import LLMAgent
from .budget import Budget, RunBudget, TokenPrices
from .cassette import Cassette
from .cassette_errors import CassetteDamaged, CassetteError, CassetteMismatch
from .llm_episode import LLMEpisode
from .model_name import ModelName, is_model_name, read_model_name
from .provider_error import ProviderError
from .retry import RetryPolicy

__all__ = [
    "Budget",
    "Cassette",
    "CassetteDamaged",
    "CassetteError",
    "CassetteMismatch",
    "LLMAgent",
    "LLMEpisode",
    "ModelName",
    "ProviderError",
    "RetryPolicy",
    "RunBudget",
    "TokenPrices",
    "is_model_name",
    "read_model_name",
]
