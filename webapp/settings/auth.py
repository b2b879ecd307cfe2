"""People: how they sign up, sign in, and how hard guessing is made."""

from webapp.settings import env
from webapp.settings.base import PRODUCTION, PUBLIC_URL

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
]

SIGNUP_POLICY = env.choice("TANDEM_SIGNUP", "open", ("open", "invitation", "closed"))

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "webapp.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "webapp.accounts.forms.SignupForm"
_FORMS = "webapp.accounts.allauth_forms"
ACCOUNT_FORMS = {
    "add_email": f"{_FORMS}.AddEmailForm",
    "change_password": f"{_FORMS}.ChangePasswordForm",
    "login": f"{_FORMS}.LoginForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateForm",
    "reset_password": f"{_FORMS}.ResetPasswordForm",
    "reset_password_from_key": f"{_FORMS}.ResetPasswordKeyForm",
    "set_password": f"{_FORMS}.SetPasswordForm",
    "signup": f"{_FORMS}.SignupForm",
}
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_CHANGE_EMAIL = True  # one address a person; another replaces it
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # other sessions end, this one goes on
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Tandem: "
USERSESSIONS_TRACK_ACTIVITY = False  # our SessionActivityMiddleware does, more seldom

# Failed sign-ins are counted for an address and the place they come from (the "key",
# see AccountAdapter) and for the place alone, never for the address alone: a stranger's
# wrong passwords must not lock the owner out.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/5m/ip,5/5m/key",
    "signup": "30/m/ip",
    # Here the key is the address: nobody's mailbox is flooded, and the mail that an
    # owner waits for is one of those already sent.
    "reset_password": "20/m/ip,5/m/key",
}
# How many proxies of ours stand in front; 0: X-Forwarded-For is anybody's word.
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TANDEM_TRUSTED_PROXIES", 0)

# Without a mail server nobody is asked to confirm, and what would have been mailed
# (a reset link, say) is printed in the log.
EMAIL_URL = env.text("EMAIL_URL")
if EMAIL_URL:
    globals().update(env.email(EMAIL_URL))
else:
    EMAIL_BACKEND = "webapp.accounts.email_to_log.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("TANDEM_EMAIL_FROM", "tandem@localhost")
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_URL else "none"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_URL.split(":", 1)[0]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
_https = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https or PRODUCTION
if _https:  # the __Host- prefix binds the cookie to this very host, over TLS only
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
