"""The look of Django's admin (django-unfold)."""

UNFOLD = {"SITE_TITLE": "Tandem", "SITE_HEADER": "Tandem", "SITE_SYMBOL": "forum"}
