"""Words about people for templates."""

from django import template

from webapp.accounts import browser

register = template.Library()


@register.filter
def browser_name(user_agent: str) -> str:
    return browser.browser_name(user_agent)
