"""The spelling of our own origins is the browsers'."""

import doctest

from webapp.common import origin
from webapp.common.origin import as_browsers_write


def test_a_port_that_goes_without_saying_is_left_out() -> None:
    assert as_browsers_write("http://a.example:80/") == "http://a.example"
    assert as_browsers_write("https://a.example:80") == "https://a.example:80"
    assert as_browsers_write("http://127.0.0.1:8000") == "http://127.0.0.1:8000"


def test_the_docstring_is_true() -> None:
    assert doctest.testmod(origin).failed == 0
