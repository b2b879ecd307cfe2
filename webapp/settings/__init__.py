"""Django's settings: one theme a file, the environment read only in env.py."""

from webapp.settings.admin import *
from webapp.settings.auth import *
from webapp.settings.base import *
from webapp.settings.celery import *
from webapp.settings.database import *
from webapp.settings.i18n import *
from webapp.settings.launch import *
from webapp.settings.logging import *
from webapp.settings.models import *
from webapp.settings.redis import *
from webapp.settings.security import *
