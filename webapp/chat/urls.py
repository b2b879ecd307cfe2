"""The chat's addresses."""

from django.urls import path

from webapp.chat.views import conversations, pages, presets

urlpatterns = [
    path("", pages.new, name="chat_new"),
    path("c/<uuid:conversation_id>/", pages.conversation, name="chat_conversation"),
    path(
        "chat/answers/<uuid:generation_id>/certainty/",
        conversations.certainty,
        name="chat_certainty",
    ),
    path("chat/list/", conversations.list_, name="chat_list"),
    path("c/<uuid:conversation_id>/rename/", conversations.rename, name="chat_rename"),
    path("c/<uuid:conversation_id>/delete/", conversations.delete, name="chat_delete"),
    path(
        "c/<uuid:conversation_id>/restore/",
        conversations.restore,
        name="chat_restore",
    ),
    path("c/<uuid:conversation_id>/branch/", conversations.branch, name="chat_branch"),
    path(
        "c/<uuid:conversation_id>/settings/",
        conversations.configure,
        name="chat_settings",
    ),
    path("presets/", presets.list_, name="preset_list"),
    path("presets/new/", presets.new, name="preset_new"),
    path("presets/<uuid:preset_id>/", presets.edit, name="preset_edit"),
    path("presets/<uuid:preset_id>/delete/", presets.delete, name="preset_delete"),
]
