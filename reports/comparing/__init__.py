"""Comparing hospitals: façades, outliers, what is hard, what to fund first. Pure functions over frozen rows."""
