"""Housekeeping of people."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

# A session is listed a moment before it is saved: leave the newest alone.
YOUNG = timedelta(hours=1)


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Forget sessions that ran out, and their places in people's lists."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    kept = Session.objects.values("session_key")
    UserSession.objects.filter(created_at__lt=now - YOUNG).exclude(
        session_key__in=kept
    ).delete()
