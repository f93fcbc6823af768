"""Pages of a region, for people of a bureau; to everybody else there are none."""

from reports.views.region.choosing import choose
from reports.views.region.doubts import region_doubts
from reports.views.region.figures import region, region_distribution, region_trend
from reports.views.region.kept import view_delete, view_save
from reports.views.region.listed import peers_share, region_export, region_ranking

__all__ = [
    "choose",
    "peers_share",
    "region",
    "region_distribution",
    "region_doubts",
    "region_export",
    "region_ranking",
    "region_trend",
    "view_delete",
    "view_save",
]
