"""The evidence compendium and the list of missing material, as pages and documents show them."""

from reports.view_models.compendium.sheets import compendium_of
from reports.view_models.compendium.values import (
    ClauseSheet,
    Compendium,
    Fact,
    ItemSheet,
    LevelSheet,
    Picture,
    Query,
    RoleSheet,
)

__all__ = [
    "ClauseSheet",
    "Compendium",
    "Fact",
    "ItemSheet",
    "LevelSheet",
    "Picture",
    "Query",
    "RoleSheet",
    "compendium_of",
]
