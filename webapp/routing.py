"""WebSocket addresses."""

from django.urls import path

from webapp.chat.consumers import ChatConsumer
from webapp.workspace.consumers import WorkspaceConsumer

websocket_urlpatterns = [
    path("ws/chat/", ChatConsumer.as_asgi()),
    path("ws/workspace/<uuid:document_id>/", WorkspaceConsumer.as_asgi()),
]
