"""Where `manage.py run` listens."""

from webapp.settings import env

BIND = env.text("TANDEM_BIND", "127.0.0.1")  # 0.0.0.0: reachable from other machines
