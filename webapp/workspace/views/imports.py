"""What is said about a file that was read, or was not."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from webapp.workspace.file_words import file_message
from webapp.workspace.formats.exchange.broken import BrokenEntries

_TOLD = 5


def broken_tell(request: HttpRequest, broken: BrokenEntries) -> None:
    """How many entries could not be taken, and what is wrong with the first of them."""
    if broken.count:
        sentence = ngettext(
            "%(count)s entry could not be taken.",
            "%(count)s entries could not be taken.",
            broken.count,
        )
        reasons = [
            file_message(str(each.problem), each.params)
            for each in broken.shown[:_TOLD]
        ]
        told = sentence % {"count": f"{broken.count:,}"}
        messages.warning(request, " ".join([told, *reasons]))
    if broken.stopped:
        reason = file_message(str(broken.stopped.problem), broken.stopped.params)
        messages.warning(
            request, _("The rest of the file could not be read.") + " " + reason
        )


def form_tell(request: HttpRequest, form: forms.Form) -> None:
    """Each fault with the name of its field."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        for error in errors:
            messages.error(request, f"{label}: {error}" if label else str(error))
