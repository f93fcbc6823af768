"""Asking for an evidence compendium (实证材料汇编)."""
