"""XLIFF files of one unit, and what another reader finds in them."""

from lxml import etree


def unit_12(unit: str) -> bytes:
    body = f"<file source-language='en' target-language='ru'><body>{unit}</body></file>"
    return f'<xliff version="1.2">{body}</xliff>'.encode()


def texts_by_lxml(data: bytes, tag: str) -> list[str]:
    """What another reader finds."""
    root = etree.fromstring(data)
    return ["".join(one.itertext()) for one in root.iter(f"{{*}}{tag}")]
