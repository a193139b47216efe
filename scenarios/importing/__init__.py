"""Making a scenario from a table of fares, for ``ttgym import``."""

from .importer import ImportResult, import_fares
from .options import COLUMNS, ImportOptions
from .table import BadRow

__all__ = ["COLUMNS", "BadRow", "ImportOptions", "ImportResult", "import_fares"]
