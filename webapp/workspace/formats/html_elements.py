"""What the elements of HTML mean for the text around them."""

_BLOCKS = (
    "address article aside audio base blockquote body button canvas caption center col"
    " colgroup dd details dialog dir div dl dt fieldset figcaption figure footer form"
    " frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe input label"
    " legend li link main menu meta nav noframes noscript object ol optgroup option p"
    " param pre script section select source style summary table tbody td template"
    " textarea tfoot th thead title tr track ul video xmp"
)
_VOID = "area base br col embed hr img input link meta param source track wbr"
_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd map mark"
    " math q ruby s samp small span strike strong sub sup svg time tt u var"
)
# Between these a text ends. All others, unknown ones too, are in the middle of it.
BLOCKS = frozenset(_BLOCKS.split())
VOID = frozenset(_VOID.split())
ELEMENTS = BLOCKS | VOID | frozenset(_INLINE.split())
# Nobody translates what is in them.
OPAQUE = frozenset(("code", "kbd", "math", "pre", "samp", "svg", "var"))
_ATTRIBUTES = frozenset(
    ("alt", "aria-description", "aria-label", "placeholder", "summary", "title")
)
_OWN_ATTRIBUTES = {
    "optgroup": frozenset({"label"}),
    "option": frozenset({"label"}),
    "track": frozenset({"label"}),
}
_META_NAMES = frozenset(
    (
        "application-name",
        "apple-mobile-web-app-title",
        "description",
        "keywords",
        "og:description",
        "og:site_name",
        "og:title",
        "twitter:description",
        "twitter:title",
    )
)
_BUTTONS = frozenset({"submit", "button", "reset"})


def is_translated(element: str, attribute: str, kind: str) -> bool:
    """Whether people read this attribute. `kind` is the element's type, or the name or
    property of a <meta>."""
    if element == "meta":
        return attribute == "content" and kind in _META_NAMES
    if element == "input" and attribute == "value":
        return kind in _BUTTONS
    return attribute in _ATTRIBUTES or attribute in _OWN_ATTRIBUTES.get(element, ())
