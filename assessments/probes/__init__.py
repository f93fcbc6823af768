"""Probes: from the files and messages a hospital hands in to canonical tables that rules can count.

Needs no database of the application. ``open_package`` is the way in.
"""

from assessments.probes.package import open_package
from assessments.probes.privacy import PrivacyScreen, Screen
from assessments.probes.refusals import FileProblem, PackageRefused
from assessments.probes.values import Manifest, Package, StatedFigure, StatedFile, Window

__all__ = [
    "FileProblem",
    "Manifest",
    "Package",
    "PackageRefused",
    "PrivacyScreen",
    "Screen",
    "StatedFigure",
    "StatedFile",
    "Window",
    "open_package",
]
