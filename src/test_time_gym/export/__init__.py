"""Exports: recorded runs as data sets for other programs."""

from .chat import ExportedChat, export_chat
from .dataset import ExportedMinari, export_minari
from .parquet import ExportedParquet, export_parquet
from .recording import Unexportable
from .vector_episode import Unfit

__all__ = [
    "ExportedChat",
    "ExportedMinari",
    "ExportedParquet",
    "Unexportable",
    "Unfit",
    "export_chat",
    "export_minari",
    "export_parquet",
]
