"""What the templates need beyond Django: icons, times, percentages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
SEVERITIES = {"blocking": "stop", "follow_up": "follow"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return the icon `name` of the sprite as inline SVG, hidden from screen readers."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', icon_url(name))


@register.simple_tag
def icon_url(name: str) -> str:
    """Return the address of the icon `name`; a problem's severity has one as well."""
    return f"{static('desk/icons.svg')}#{SEVERITIES.get(name, name)}"


@register.filter
def at(words: Mapping[str, str], code: str) -> str:
    """Return what `words` has for `code`; the code itself where there is nothing."""
    return words.get(code, code)


@register.filter
def age(moment: datetime | None) -> str:
    """Return how long ago `moment` was in its two largest units, for instance `2 h 10 min`."""
    if moment is None:
        return ""
    return duration((timezone.now() - moment).total_seconds())


@register.filter
def percent(share: float) -> str:
    """Return a share of 1 as per cent, with as many digits as tell something."""
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"


@register.filter
def duration(seconds: float) -> str:
    """Return a length of time in its two largest units."""
    minutes = int(seconds // 60)
    days, hours = minutes // 1440, minutes // 60 % 24
    if minutes < 1:
        return "< 1 min"
    if minutes < 60:
        return f"{minutes} min"
    if not days:
        return f"{hours} h {minutes % 60:02} min"
    return f"{days} d {hours} h"


@register.filter
def span_of_time(seconds: float) -> str:
    """Return a length of time, seconds and minutes told apart where it is short."""
    return f"{seconds:.0f} s" if seconds < 90 else duration(seconds)
