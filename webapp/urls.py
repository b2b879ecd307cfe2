"""HTTP addresses."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import JavaScriptCatalog

urlpatterns = [
    path("", include("webapp.chat.urls")),
    path("translate/", include("webapp.workspace.urls")),
    path("translate/", include("webapp.workspace.urls_language")),
    path("", include("webapp.generation.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("webapp.accounts.urls")),
    path("", include("webapp.tuning.urls")),
    path("admin/", admin.site.urls),
    path("i18n.js", JavaScriptCatalog.as_view(), name="javascript-catalog"),
]
