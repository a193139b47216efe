"""A fake model: the server of an OpenAI-compatible interface whose model is a script.

For tests of clients, agents and harnesses, without a model: it plays by a scripted
policy, or with a known skill, and goes wrong where it is told to::

    with FakeModel("cheapest", faults="429:1@3") as model:
        client = openai.OpenAI(base_url=model.base_url, api_key="any")

See docs/fake-model.md.
"""

from .chat_service import AskedRequest
from .fake_model import FakeModel
from .model_fault import FAULT_KINDS, ModelFault
from .model_player import POLICIES

__all__ = ["FAULT_KINDS", "POLICIES", "AskedRequest", "FakeModel", "ModelFault"]
