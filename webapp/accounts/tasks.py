"""Housekeeping of people."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Forget sessions that ran out; allauth's list drops them when it is next read."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
