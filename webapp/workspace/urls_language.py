"""Addresses of a team's terms and memory, below /translate/."""

from django.urls import path

from webapp.workspace.views import memory, terms

team_terms = "teams/<uuid:team_id>/terms/"
team_memory = "teams/<uuid:team_id>/memory/"

urlpatterns = [
    path(team_terms, terms.list_, name="workspace_terms"),
    path(team_terms + "new/", terms.new, name="workspace_term_new"),
    path(team_terms + "import/", terms.import_, name="workspace_terms_import"),
    path(team_terms + "export/", terms.export, name="workspace_terms_export"),
    path(team_terms + "<uuid:term_id>/", terms.edit, name="workspace_term_edit"),
    path(
        team_terms + "<uuid:term_id>/delete/",
        terms.delete,
        name="workspace_term_delete",
    ),
    path(team_memory, memory.page, name="workspace_memory"),
    path(team_memory + "import/", memory.import_, name="workspace_memory_import"),
    path(team_memory + "export/", memory.export, name="workspace_memory_export"),
    path(team_memory + "forget/", memory.forget, name="workspace_memory_forget"),
    path(
        team_memory + "<int:entry_id>/delete/",
        memory.delete,
        name="workspace_memory_delete",
    ),
]
