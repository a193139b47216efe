"""Making a scenario from a table of fares, for ``ttgym import``."""

from .fields import COLUMNS
from .importer import ImportResult, import_fares
from .options import ImportOptions
from .table import BadRow

__all__ = ["COLUMNS", "BadRow", "ImportOptions", "ImportResult", "import_fares"]
