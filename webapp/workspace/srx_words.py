"""What is wrong with rules for sentences, in the active language."""

from django.utils.translation import gettext as _

from webapp.workspace.file_words import file_message
from webapp.workspace.formats.problem import FormatError


def srx_message(error: FormatError) -> str:
    """Names the line, and the expression where it is one that is wrong."""
    code = error.params.get("element", "")
    words = _words(code)
    if not words:
        return file_message(str(error.problem), error.params)
    sentence = words % {"found": error.params.get("found", "")}
    line = error.params.get("line")
    if not line:
        return sentence
    return _("Line %(line)s: %(sentence)s") % {
        "line": f"{line:,}",
        "sentence": sentence,
    }


def _words(code: str) -> str:
    return {
        "file_too_large": _("The rules are longer than 2 MB."),
        "no_language_map": _("No rules are assigned to any language."),
        "not_srx_2": _("These are no rules in SRX 2.0."),
        "pattern_invalid": _("This expression cannot be used: %(found)s"),
        "pattern_too_deep": _("This expression has too many brackets: %(found)s"),
        "pattern_too_long": _("This expression is too long: %(found)s"),
        "rule_empty": _("A rule says neither what stands before nor what follows."),
        "too_many_rules": _("There are more than 10,000 rules."),
        "unknown_group": _("There are no rules called “%(found)s”."),
        "xml_doctype": _("The rules declare a document type, which is not read."),
        "xml_malformed": _("This is no XML: %(found)s"),
    }.get(code, "")
