"""Documents of Word, put together by hand: ugly, large and hostile ones too."""

import io
import zipfile
from collections.abc import Mapping

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_MAIN}.header+xml"/>'
    f'<Override PartName="/word/footnotes.xml" ContentType="{_MAIN}.footnotes+xml"/>'
    "</Types>"
)
_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'


BOLD, ITALIC = "<w:b/>", "<w:i/>"


def part(root: str, content: str) -> str:
    return f"{_START}<w:{root} {_NAMESPACES}>{content}</w:{root}>"


def body(*paragraphs: str) -> str:
    content = "".join(paragraphs)
    return part("document", f"<w:body>{content}<w:sectPr/></w:body>")


def run(text: str, properties: str = "") -> str:
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<w:r>{look}<w:t xml:space="preserve">{escaped}</w:t></w:r>'


def paragraph(*content: str) -> str:
    return f'<w:p w:rsidR="00A1">{"".join(content)}</w:p>'


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def field(instruction: str, result: str) -> str:
    text = f"<w:r><w:instrText> {instruction} </w:instrText></w:r>"
    return f"{mark('begin')}{text}{mark('separate')}{result}{mark('end')}"


def word_file(
    *paragraphs: str, others: Mapping[str, str | bytes] | None = None
) -> bytes:
    """With a header and notes that are empty unless they are given."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "word/document.xml": body(*paragraphs),
        "word/header1.xml": part("hdr", ""),
        "word/footnotes.xml": part("footnotes", ""),
        "word/media/image1.png": bytes(range(256)) * 4,
        **(others or {}),
    }
    return zip_file(parts)


def zip_file(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"a comment"
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, (2020, 2, 3, 4, 5, 6))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return file.getvalue()


def part_of(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return archive.read(name).decode()


def document_of(data: bytes) -> str:
    return part_of(data, "word/document.xml")
