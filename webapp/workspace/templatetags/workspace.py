"""Words of the workspace for templates."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from webapp.workspace.formats.languages import language_direction
from webapp.workspace.language_choices import language_choices
from webapp.workspace.languages import language_short
from webapp.workspace.placeholders import Kind, placeholders_find

register = template.Library()
register.filter("language", language_short)
register.filter("direction", language_direction)
register.simple_tag(language_choices)

_AROUND_WORDS = {Kind.LINK, Kind.EMPHASIS}  # their halves turn with what is between


@register.filter
def isolated(text: str) -> SafeString:
    """With placeholders and tags that go from left to right by themselves, whatever is
    around them.

    >>> isolated("حذف %(name)s & <b>")
    'حذف <bdi dir="ltr">%(name)s</bdi> &amp; <bdi dir="ltr">&lt;b&gt;</bdi>'
    """
    pieces: list[tuple[str, str]] = []
    at = 0
    for found in placeholders_find(text):
        if found.kind in _AROUND_WORDS:
            continue
        pieces.append((text[at : found.start], found.text))
        at = found.end
    shown = format_html_join("", '{}<bdi dir="ltr">{}</bdi>', pieces)
    return format_html("{}{}", shown, text[at:])


@register.filter
def languages(tags: list[str]) -> str:
    """As in a sentence: "French, German"."""
    return _(", ").join(map(language_short, tags))


@register.filter
def time_left(seconds: float) -> str:
    """Rounded as far as a guess is worth.

    >>> time_left(8.2), time_left(95)
    ('about 8 s left', 'about 2 min left')
    """
    if seconds < 60:
        return _("about %(seconds)s s left") % {"seconds": max(1, round(seconds))}
    if seconds < 5400:
        return _("about %(minutes)s min left") % {"minutes": round(seconds / 60)}
    hours = round(seconds / 3600)
    return ngettext(
        "about %(hours)s hour left", "about %(hours)s hours left", hours
    ) % {"hours": hours}
