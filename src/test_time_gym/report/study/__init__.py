"""The page of a learning study."""

from .study_page import study_data, study_page

__all__ = ["study_data", "study_page"]
