"""The two doors: HTTP and WebSocket."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
http_application = get_asgi_application()

# Routes import models, so they can only be read once Django is set up.
from webapp.common.origin import OwnOriginOnly  # noqa: E402
from webapp.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": http_application,
        "websocket": OwnOriginOnly(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
            settings.ALLOWED_ORIGINS,
        ),
    }
)
