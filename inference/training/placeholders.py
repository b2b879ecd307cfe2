"""The parts of a message that a program fills in later."""

import re

_PLACEHOLDER = re.compile(
    r"""
      %\([\w.]+\)[a-zA-Z]                                 # %(name)s
    | %(?P<position>\d+\$)?[-+0#']*\d*(?:\.\d+)?
        (?:hh|h|ll|l|z|j|t|L)?[diouxXeEfFgGcsp@](?![A-Za-z])   # %s %-5.2f %2$s
    | %\d+                                                # %1 of Qt
    | \$\{\w+\}                                           # ${name}
    | \$\d(?![\d.,])                                      # $1
    | \{[\w.!:]*\}                                        # {} {0} {name}
    """,
    re.VERBOSE,
)


def placeholders(text: str) -> list[str]:
    """Sorted, without the positions that a translation may add.

    >>> placeholders("%2$s of {name} is 100% sure")
    ['%s', '{name}']
    """
    return sorted(
        match[0].replace(match["position"] or "\0", "")
        for match in _PLACEHOLDER.finditer(text)
    )
