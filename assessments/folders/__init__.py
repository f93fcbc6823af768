"""Folders of screenshots whose names say which clause they prove: 01.01.4-1.png."""
