"""Results as tables: for people, for notebooks, and as frames of pandas and polars."""

from .amount import major
from .tabular_result import Columns, TabularResult
from .titled_table import TitledTable, aligned, html_of

__all__ = ["Columns", "TabularResult", "TitledTable", "aligned", "html_of", "major"]
