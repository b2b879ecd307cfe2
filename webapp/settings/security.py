"""What browsers are told to refuse, and which hosts we answer to."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

from webapp.settings import env
from webapp.settings.base import PORT, PUBLIC_URL

_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = env.words(
    "TANDEM_ALLOWED_HOSTS", f"{_public.hostname},127.0.0.1,localhost,[::1]"
)
# The full origin, scheme and port included: a page on another port is a stranger.
ALLOWED_ORIGINS = [
    PUBLIC_URL,
    *(f"http://{host}:{PORT}" for host in ("127.0.0.1", "localhost", "[::1]")),
    *env.words("TANDEM_ALLOWED_ORIGINS"),
]
CSRF_TRUSTED_ORIGINS = sorted(set(ALLOWED_ORIGINS))

if _public.scheme == "https":
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Added under /admin/ alone: its theme cannot do without (docs/decisions/0003).
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [UNSAFE_EVAL],
    "style-src": [UNSAFE_INLINE],
}
