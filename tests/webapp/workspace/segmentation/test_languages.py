"""Sentences as readers of each language see them."""

import pytest

from webapp.workspace.segmentation import own_segmenter

# Each | is where a segment ends; a segment keeps the white space that follows it.
_SENTENCES = {
    "en": [
        "Dr. Smith paid Mr. Jones $3.14. |He was glad.",
        "Use a tool, e.g. a hammer. |Or do not.",
        "We met at 5 p.m. on Friday. |It rained.",
        "She works for the U.S. Army. |He does too.",
        "They live in the U.S. |They like it.",
        "See www.example.com/a.b?c=d! |Then call J. R. R. Tolkien.",
        "Wait... |What? |Well... maybe.",
        '"Stop!" he cried. |"Why?" |Nobody knew.',
        "It ended (see fig. 2 and No. 7). |Next came spring.",
        "Really?! |Yes.",
        "1. Open the lid.",
        "Line one\ngoes on. |Line two.",
        "First paragraph\n\n|Second paragraph",
        "Press <b>Save.</b> |Then close.",
        "<a1>One.</a1><note2/> |<b>Two</b> [three](u).",
        "It is **so.** |_Or_ [not.](http://x.y) |Yes.[^1] |No.",
        "Either way? <i>or</i> not! *it* is one.",
        "Version 2.0.1 is out.",
        "",
        "   ",
    ],
    "fr": [
        "M. Dupont est là. |Mme Durand aussi.",
        "Prenez un outil, p. ex. un marteau. |Merci !",
        "« Tu viens ? » demanda-t-il. |« Oui. » |Il partit.",
        "Né en 44 av. J.-C. à Rome, il mourut. |Voir p. 12 et chap. 3.",
        "Où est-il ? |Je ne sais pas…  |Peut-être.",
    ],
    "de": [
        "Nehmen Sie z. B. einen Hammer. |Oder nicht.",
        "Am 3. Mai kam Dr. Weber. |Er blieb bis zum 5. Juni.",
        "Er ist 30. |Sie ist 28.",
        "Das gilt u. a. für Nr. 7 bzw. Abs. 2. |Es ist gut.",
        "„Komm!“ |Er ging. |D. h. er floh.",
    ],
    "es": [
        "El Sr. García llegó. |¿Qué quiere?  |¡Nada!",
        "Vive en EE. UU. desde 1990. |Trabaja mucho.",
        "Use una herramienta, p. ej. un martillo. |Gracias.",
    ],
    "zh-Hans": [
        "你好。|我是小明！|你呢？",
        "他说：“好的。”|然后走了。",
        "（见第3章。）|下一章。",
        "价格是3.14元。|太贵了！！|真的？！|是。",
        "等等……他来了。",
        "他问“为什么？”，没人回答。",
        "我用Python 3.11。|你用什么?|我不知道",
        "第一段。\n|第二段。",
        "<b>完。</b><note1/>|<a2>下</a2>。<br/>|再来。",
    ],
    "ja": [
        "これはペンです。|あれは本です。",
        "「はい。」と彼は言った。|終わり！",
        "本当？|うん。",
    ],
    "ar": [
        "وصل د. أحمد. |هل رأيته؟ |نعم!",
        "السعر 3.14 دينار. |هذا كثير.",
    ],
    "hi": ["यह एक किताब है। |वह घर है।"],
    "ru": ["Привет! |Как дела? |Это А. С. Пушкин."],
    "xx": ["One. |Two. |3.5 three."],
}


@pytest.mark.parametrize(
    ("language", "marked"),
    [(language, text) for language, texts in _SENTENCES.items() for text in texts],
)
def test_it_cuts_where_a_reader_would(language: str, marked: str) -> None:
    text = marked.replace("|", "")
    wanted = marked.split("|") if text else []
    assert own_segmenter().split(text, language) == wanted
