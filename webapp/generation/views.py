"""Doors for machines: does it live, would it answer, how is it doing."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from webapp.generation.metrics import metrics_text
from webapp.generation.readiness import readiness_check

_LOOPBACK = {"127.0.0.1", "::1"}


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200: this process answers. Says nothing of what stands behind it."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 only when a prompt would be answered; else 503 and why, in words."""
    readiness = readiness_check()
    return JsonResponse(readiness.to_dict(), status=200 if readiness.is_ready else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus: from this machine, or with TANDEM_METRICS_TOKEN as bearer."""
    if not (_is_local(request) or _has_token(request)):
        return HttpResponseForbidden("a bearer token is needed\n")
    return HttpResponse(metrics_text(), content_type=CONTENT_TYPE_LATEST)


def _is_local(request: HttpRequest) -> bool:
    """Behind a proxy on this machine everybody comes from it: those are not local."""
    is_proxied = "HTTP_X_FORWARDED_FOR" in request.META
    return request.META.get("REMOTE_ADDR", "") in _LOOPBACK and not is_proxied


def _has_token(request: HttpRequest) -> bool:
    token = settings.TANDEM_METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(
        given.encode(), f"Bearer {token}".encode()
    )
