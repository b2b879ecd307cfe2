"""Small pieces that many templates share."""

import json as json_module
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of static/images/icons.svg. Decoration: the words are beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        static("images/icons.svg"),
        name,
    )


@register.filter
def json(value: Any) -> str:
    """JSON for a data-* attribute; the template escapes it."""
    return json_module.dumps(value, ensure_ascii=False)


@register.filter
def initials(name: str) -> str:
    """One or two letters for a round mark: `Ana Lima` gives AL, `李雷` gives 李.

    >>> initials("Ana Lima"), initials("李雷"), initials("")
    ('AL', '李', '?')
    """
    letters = [word[0] for word in name.split()[:2] if word]
    return "".join(letters).upper() or "?"
