"""The small pieces that templates share."""

from django.template import Context, Template


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_json_for_an_attribute_is_escaped_there() -> None:
    html = render('<p data-values="{{ values|json }}"></p>', values={"a": '"><script>'})
    assert "<script>" not in html
    assert "&quot;a&quot;" in html


def test_initials_of_names_in_both_scripts() -> None:
    assert render("{{ name|initials }}", name="ana lima") == "AL"
    assert render("{{ name|initials }}", name="李雷") == "李"
    assert render("{{ name|initials }}", name="") == "?"


def test_an_icon_is_decoration() -> None:
    html = render('{% icon "copy" %}')
    assert 'aria-hidden="true"' in html
    assert "icons.svg#copy" in html
