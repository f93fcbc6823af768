"""Statistics: figures over many rows, judged against a bound instead of row by row."""

from engine.evidence.statistics.counting import count_statistic

__all__ = ["count_statistic"]
