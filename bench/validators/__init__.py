"""The twelve rules of bench/laboratory.py, by other validators."""
