"""Segmentation rules that people bring: what is wrong with them, as with any file."""

from webapp.workspace.formats.limits import DEFAULT_LIMITS, Limits
from webapp.workspace.formats.problem import FormatError, Problem
from webapp.workspace.segmentation.errors import SrxError
from webapp.workspace.segmentation.srx import SrxDocument, srx_parse


def srx_read(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> SrxDocument:
    """Raises FormatError, with the line, for rules that cannot be used."""
    limits.check_size(data)
    try:
        return srx_parse(data)
    except SrxError as error:
        problem = Problem.ENTITY if error.code == "xml_doctype" else Problem.SYNTAX
        raise FormatError(
            problem, line=error.line or 1, element=error.code, found=error.detail
        ) from error
