"""allauth's forms in the product's manner: labels instead of placeholders, and one
sentence about passwords instead of a list."""

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _

from webapp.accounts.forms import PASSWORD_HINT


class Quiet:
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in {"email", "login"}:
                field.label = _("E-mail")
            if name == "password1":
                field.help_text = PASSWORD_HINT


class LoginForm(Quiet, forms.LoginForm):  # type: ignore[misc]  # allauth is untyped
    pass


class SignupForm(Quiet, forms.SignupForm):  # type: ignore[misc]  # untyped
    pass


class AddEmailForm(Quiet, forms.AddEmailForm):  # type: ignore[misc]  # untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New address")


class ChangePasswordForm(Quiet, forms.ChangePasswordForm):  # type: ignore[misc]  # untyped
    pass


class SetPasswordForm(Quiet, forms.SetPasswordForm):  # type: ignore[misc]  # untyped
    pass


class ResetPasswordForm(Quiet, forms.ResetPasswordForm):  # type: ignore[misc]  # untyped
    pass


class ResetPasswordKeyForm(Quiet, forms.ResetPasswordKeyForm):  # type: ignore[misc]  # untyped
    pass


class ReauthenticateForm(Quiet, forms.ReauthenticateForm):  # type: ignore[misc]  # untyped
    pass
