"""The look of Django's admin (django-unfold)."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": "Tandem",
    "SITE_HEADER": "Tandem",
    "SITE_SUBHEADER": _("Administration"),
    "SITE_SYMBOL": "forum",
    "SITE_URL": "/",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("images/favicon.svg"),
        }
    ],
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_HISTORY": False,
    "DASHBOARD_CALLBACK": "webapp.usage.dashboard.dashboard",
    "STYLES": [lambda request: static("css/pages/admin.css")],
    # Unfold wants a palette of its own; this one surrounds the product's accent.
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .012 200)",
            "100": "oklch(94% .026 200)",
            "200": "oklch(88% .05 200)",
            "300": "oklch(79% .08 201)",
            "400": "oklch(68% .095 203)",
            "500": "oklch(57% .092 205)",
            "600": "oklch(48% .08 207)",
            "700": "oklch(41% .068 208)",
            "800": "oklch(35% .056 209)",
            "900": "oklch(30% .046 210)",
            "950": "oklch(22% .034 211)",
        }
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "items": [
                    {
                        "title": _("Overview"),
                        "icon": "monitoring",
                        "link": reverse_lazy("admin:index"),
                    },
                    {
                        "title": _("Generations"),
                        "icon": "forum",
                        "link": reverse_lazy("admin:generation_generation_changelist"),
                        "permission": "webapp.usage.dashboard.may_view_generations",
                    },
                    {
                        "title": _("Who read what"),
                        "icon": "visibility",
                        "link": reverse_lazy("admin:usage_accessrecord_changelist"),
                        "permission": "webapp.usage.dashboard.may_view_accesses",
                    },
                    {
                        "title": _("People"),
                        "icon": "person",
                        "link": reverse_lazy("admin:accounts_user_changelist"),
                        "permission": "webapp.usage.dashboard.may_view_people",
                    },
                    {
                        "title": _("Teams"),
                        "icon": "group",
                        "link": reverse_lazy("admin:accounts_team_changelist"),
                        "permission": "webapp.usage.dashboard.may_view_teams",
                    },
                ]
            }
        ],
    },
}
