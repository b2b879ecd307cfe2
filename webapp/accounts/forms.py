"""What people fill in about themselves."""

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from webapp.accounts.email_address import normalise_email, validate_plain_email
from webapp.accounts.models import User

BROWSER_LANGUAGE = ("", _("As the browser"))
OWN_NAMES = [
    (code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES
]
PASSWORD_HINT = _("At least 8 characters; not a common word, not only digits.")


class SignupForm(forms.Form):
    """Our part of allauth's sign-up form, which is built on top of this one."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth asks for this method; the adapter has saved the name already."""


class PreferencesForm(forms.Form):
    """Any of a person's preferences: what is not sent is left as it is."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[BROWSER_LANGUAGE, *OWN_NAMES],
        required=False,
    )
    theme = forms.ChoiceField(
        label=_("Appearance"), choices=User.Theme.choices, required=False
    )

    def given(self) -> dict[str, str]:
        """The fields that were sent, an empty theme left out: there is no such one."""
        return {
            field: value
            for field, value in self.cleaned_data.items()
            if field in self.data and (value or field != "theme")
        }


class SetupForm(forms.Form):
    """The first administrator."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=PASSWORD_HINT,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        validate_plain_email(email)
        return normalise_email(email)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.cleaned_data.get("email", "")))
        return password
