"""The yearly data-quality table as an Excel file: read, written, compared with the edition's own."""

from rubrics.quality_table.reading import Problem, TableRefused, read_table
from rubrics.quality_table.writing import write_table

__all__ = ["Problem", "TableRefused", "read_table", "write_table"]
