"""Segmentation rules in SRX 2.0, as they are exchanged between tools.

Rules are in groups; the language map says which groups hold for which languages. With
cascade all groups whose pattern matches are used, in the map's order, else the first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from webapp.workspace.segmentation.errors import SrxError
from webapp.workspace.segmentation.patterns import language_pattern, pattern_between

MAX_RULES_BYTES = 2 * 1024 * 1024
MAX_RULES = 10_000
_NAMESPACE = "{http://www.lisa.org/srx20}"
_OWN_RULES = Path(__file__).with_name("rules.srx")


@dataclass(frozen=True, slots=True)
class Rule:
    """Between text that ends like `before` and text that begins like `after`."""

    is_break: bool
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SrxDocument:
    groups: dict[str, tuple[Rule, ...]]
    language_map: tuple[tuple[str, str], ...]  # pattern of codes, name of a group
    is_cascade: bool

    def rules(self, language: str) -> tuple[Rule, ...]:
        """The rules for a language code, in the order in which they are asked."""
        code = language.replace("_", "-")
        names = [
            name
            for pattern, name in self.language_map
            if language_pattern(pattern).fullmatch(code, timeout=1)
        ]
        used = names if self.is_cascade else names[:1]
        return tuple(rule for name in used for rule in self.groups[name])


def own_rules() -> bytes:
    """The file of rules that comes with the product."""
    return _OWN_RULES.read_bytes()


def srx_parse(data: bytes) -> SrxDocument:
    """Raises SrxError, with the line, for whatever cannot be used as it stands."""
    root = _root(data)
    groups = _groups(root)
    mapping = _language_map(root, groups)
    header = root.find(f"{_NAMESPACE}header")
    cascade = "no" if header is None else header.get("cascade", "no")
    return SrxDocument(groups, mapping, cascade == "yes")


def _root(data: bytes) -> etree._Element:
    if len(data) > MAX_RULES_BYTES:
        raise SrxError("file_too_large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise SrxError("xml_malformed", str(error), line=line) from error
    if root.getroottree().docinfo.doctype:
        raise SrxError("xml_doctype", line=1)
    if root.tag != f"{_NAMESPACE}srx" or root.get("version") != "2.0":
        raise SrxError("not_srx_2", line=root.sourceline)
    return root


def _groups(root: etree._Element) -> dict[str, tuple[Rule, ...]]:
    groups: dict[str, tuple[Rule, ...]] = {}
    count = 0
    for group in root.iter(f"{_NAMESPACE}languagerule"):
        rules = tuple(_rule(element) for element in group.iter(f"{_NAMESPACE}rule"))
        count += len(rules)
        if count > MAX_RULES:
            raise SrxError("too_many_rules", line=group.sourceline)
        groups[group.get("languagerulename", "")] = rules
    return groups


def _rule(element: etree._Element) -> Rule:
    before = element.findtext(f"{_NAMESPACE}beforebreak") or ""
    after = element.findtext(f"{_NAMESPACE}afterbreak") or ""
    if not before and not after:
        raise SrxError("rule_empty", line=element.sourceline)
    _with_line(element, pattern_between, before, after)
    return Rule(element.get("break", "yes") == "yes", before, after)


def _language_map(
    root: etree._Element, groups: dict[str, tuple[Rule, ...]]
) -> tuple[tuple[str, str], ...]:
    pairs = []
    for element in root.iter(f"{_NAMESPACE}languagemap"):
        pattern = element.get("languagepattern", "")
        name = element.get("languagerulename", "")
        if name not in groups:
            raise SrxError("unknown_group", name, line=element.sourceline)
        _with_line(element, language_pattern, pattern)
        pairs.append((pattern, name))
    if not pairs:
        raise SrxError("no_language_map", line=root.sourceline)
    return tuple(pairs)


def _with_line(
    element: etree._Element, check: Callable[..., Any], *expressions: str
) -> None:
    try:
        check(*expressions)
    except SrxError as error:
        raise SrxError(error.code, error.detail, line=element.sourceline) from error
