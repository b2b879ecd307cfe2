"""Words of django-unfold that our pages show: it brings no Simplified Chinese, so ours
has them. Nothing imports this; `make messages` reads it."""

from django.utils.translation import gettext_noop

WORDS = [
    gettext_noop(" By %(filter_title)s "),
    gettext_noop("Add row"),
    gettext_noop("Apply Filters"),
    gettext_noop("Clear all filters"),
    gettext_noop("Click to cancel"),
    gettext_noop("False"),
    gettext_noop("Filters"),
    gettext_noop("From"),
    gettext_noop("Go back"),
    gettext_noop("Hide counts"),
    gettext_noop("More actions"),
    gettext_noop("No data"),
    gettext_noop("No recent searches"),
    gettext_noop("No results found"),
    gettext_noop("No results matching your query"),
    gettext_noop("Recent searches"),
    gettext_noop("Remove from sorting"),
    gettext_noop("Reset filters"),
    gettext_noop("Run"),
    gettext_noop("Run the selected action"),
    gettext_noop("Select action"),
    gettext_noop("Select action to run"),
    gettext_noop("Select all rows"),
    gettext_noop("Select record"),
    gettext_noop("Show counts"),
    gettext_noop("This item will be deleted."),
    gettext_noop("To"),
    gettext_noop("Toggle password visibility"),
    gettext_noop("Toggle sorting"),
    gettext_noop("True"),
    gettext_noop("Type to search"),
    gettext_noop("Value"),
]
