"""How values look in templates: texts in the reader's language, levels, figures, icons and small drawings.

Neutral of any app: everything takes plain values or the engine's frozen objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.templatetags.static import static
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from accounts.drawings import GateColumn, GaugeDrawing, draw_gauge, lay_out_gates
from engine.rubric.values import Text

register = template.Library()

DASH = "—"  # a figure that does not exist (yet); never 0


def english() -> bool:
    return (get_language() or "").startswith("en")


# -- texts -------------------------------------------------------------------------------------


@register.filter
def lang(text: Text | Mapping[str, str] | None) -> str:
    """An engine ``Text`` (or {"zh", "en"}) in the language of the request."""
    if text is None:
        return ""
    if isinstance(text, Mapping):
        return str((english() and text.get("en")) or text.get("zh", ""))
    return text.in_language(get_language() or "")


@register.filter
def level_name(value: int | None) -> str:
    """4 -> 4级 / Level 4; None -> a dash."""
    return DASH if value is None else gettext("%(level)s级") % {"level": value}


@register.filter
def category_name(value: str | None) -> str:
    return {"basic": gettext("基本项"), "optional": gettext("选择项")}.get(value or "", "")


@register.filter
def factor_name(value: str) -> str:
    return {
        "function": gettext("功能"),
        "application": gettext("有效应用比例"),
        "data_quality": gettext("数据质量"),
        "earlier_data_quality": gettext("前序级别数据质量"),
    }.get(value, value)


@register.filter
def state_name(value: str) -> str:
    return {
        "met": gettext("符合"),
        "partly": gettext("部分符合"),
        "not_met": gettext("不符合"),
        "not_answered": gettext("未作答"),
    }.get(value, value)


@register.filter
def status_name(value: str) -> str:
    return {
        "draft": gettext("填报中"),
        "submitted": gettext("已提交"),
        "returned": gettext("已退回"),
        "accepted": gettext("已接收"),
        "archived": gettext("已归档"),
    }.get(value, value)


# -- figures -----------------------------------------------------------------------------------


def _rounded(value: Any, places: int) -> Decimal:
    step = Decimal(1).scaleb(-places)
    return Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP)


@register.filter
def figure(value: Any) -> str:
    """A count with separators for thousands; a dash when there is none."""
    if value is None or value == "":
        return DASH
    return f"{value:,}" if isinstance(value, int | Decimal) else str(value)


@register.filter
def points(value: Any) -> str:
    """A score or a factor: two decimals, half up, as the standards write them."""
    return DASH if value is None or value == "" else str(_rounded(value, 2))


@register.filter
def points_plain(value: Any) -> str:
    """A bound as the standards write it: 85, 99.5; no trailing zeros."""
    return DASH if value is None or value == "" else f"{Decimal(str(value)).normalize():f}"


CONTROL_CLASSES = {"checkbox": "form-check-input", "select": "form-select", "selectmultiple": "form-select"}


@register.filter
def control(field: BoundField) -> SafeString:
    """The widget of a form field with Tabler's class and, when something is wrong, its mark."""
    kind = field.widget_type
    if kind in ("radioselect", "checkboxselectmultiple"):
        return mark_safe(str(field))  # a widget escapes its own values
    css = {"checkbox": "form-check-input", "select": "form-select", "selectmultiple": "form-select"}.get(
        kind, "form-control"
    )
    kept = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{css} {kept} {'is-invalid' if field.errors else ''}".strip()})


@register.filter
def percent(value: Any, places: int = 0) -> str:
    """0.8 -> 80%."""
    return DASH if value is None or value == "" else f"{_rounded(Decimal(str(value)) * 100, int(places))}%"


@register.filter
def share(have: Any, of: Any) -> str:
    """3|share:8 -> 3/8, with separators."""
    return f"{figure(have)}/{figure(of)}"


@register.filter
def file_size(value: int | None) -> str:
    if value is None:
        return DASH
    size = float(value)
    for unit in ("B", "KB", "MB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GB"


# -- signs -------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """An icon of the sprite (names: static/vendor/icons.txt). Without a label it is decoration."""
    sprite = static("vendor/tabler-icons/icons.svg")
    return _drawn(sprite, str(name), str(conditional_escape(label)), str(conditional_escape(extra)))


@lru_cache(maxsize=2048)  # a page has up to a thousand icons, the product a few hundred different ones
def _drawn(sprite: str, name: str, label: str, extra: str) -> SafeString:
    """``label`` and ``extra`` come escaped: a string and a safe one are the same key."""
    spoken = f'role="img" aria-label="{label}"' if label else 'aria-hidden="true"'
    address = conditional_escape(f"{sprite}#{name}")
    return mark_safe(f'<svg class="icon {extra}" {spoken}><use href="{address}"></use></svg>')


@register.simple_tag
def gauge_drawing(
    claimed: Any = None, verified: Any = None, target: Any = None, top: Any = 8
) -> GaugeDrawing:
    return draw_gauge(_number(claimed), _number(verified), _number(target), int(top or 8))


@register.simple_tag
def gate_columns(levels: Sequence[Any], target: int | None = None) -> tuple[GateColumn, ...]:
    return lay_out_gates(levels, target)


def _number(value: Any) -> float | None:
    return None if value is None or value == "" else float(value)


@register.filter
def portion(value: Any, of: Any) -> str:
    """Width of a bar in hundredths for SVG attributes: 3|portion:4 -> 75; a whole of 0 gives 0."""
    whole = float(of or 0)
    return "0" if whole <= 0 else f"{max(0.0, min(100.0, float(value or 0) / whole * 100)):.4g}"


@register.filter
def at(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """``mapping|at:key``: a value of a mapping by a key that is not a plain name."""
    return None if mapping is None else mapping.get(key)


# -- frame -------------------------------------------------------------------------------------

SECTIONS = {"reports": "assessments"}  # an app whose pages stand under another entry


@register.simple_tag(takes_context=True)
def current_section(context: template.Context) -> str:
    """Which entry of the main navigation is the present one: home, assessments, reviews, region, rubrics,
    hospitals, audit."""
    match = getattr(context.get("request"), "resolver_match", None)
    if match is None:
        return ""
    if match.url_name == "home":
        return "home"
    if match.route.startswith(("region/", "awards/", "submissions/")):  # what bureaus compare
        return "region"
    if match.route.startswith("reviews/"):
        return "reviews"
    if match.route.startswith("campaigns/"):
        return "campaigns"
    if match.route.startswith("batches/"):
        return "batches"
    if match.route.startswith("notices/"):
        return ""
    if match.route.startswith("organisations/"):  # pages of an organisation, whichever app draws them
        return "hospitals"
    app = str(match.func.__module__).partition(".")[0]
    return SECTIONS.get(app, app)


class CaptureNode(template.Node):
    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> SafeString:
        context[self.name] = mark_safe(
            self.nodelist.render(context).strip()
        )  # rendered and escaped by its own nodes
        return SafeString("")


@register.tag
def capture(parser: Parser, token: Token) -> CaptureNode:
    """``{% capture as name %}…{% endcapture %}``: lets the frame ask whether a block has content."""
    parts = token.split_contents()
    if len(parts) != 3 or parts[1] != "as":
        raise template.TemplateSyntaxError("{% capture as name %}")
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, parts[2])


class QueryNode(template.Node):
    def __init__(self, changes: dict[str, FilterExpression]) -> None:
        self.changes = changes

    def render(self, context: template.Context) -> str:
        query = context["request"].GET.copy()
        for name, expression in self.changes.items():
            value = expression.resolve(context)
            if value in (None, ""):
                query.pop(name, None)
            else:
                query[name] = str(value)
        return str(conditional_escape(f"?{query.urlencode()}"))


@register.tag
def query(parser: Parser, token: Token) -> QueryNode:
    """``{% query page=2 %}``: the present query string with these values changed; an empty one goes."""
    changes = {}
    for bit in token.split_contents()[1:]:
        name, _, value = bit.partition("=")
        changes[name] = parser.compile_filter(value)
    return QueryNode(changes)
