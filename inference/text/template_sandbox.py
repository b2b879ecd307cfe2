"""A Jinja sandbox for chat templates: no attributes, no loaders, no endless work.

Jinja's own sandbox keeps a template from reaching Python. It does not keep one from
looping for ever or from doubling a string forty times; the limits here do.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

from jinja2 import Environment, Template, TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

MAX_LOOP_TURNS = 500_000
MAX_TEXT_CHARS = 20_000_000
_TICK = "_tandem_tick"
_JOIN = "_tandem_join"


def template_compile(source: str) -> Template:
    """Raises TemplateError if the source is no template."""
    environment = _BoundedEnvironment(
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.loopcontrols", _GenerationBlock],
    )
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _raise_exception
    environment.globals["strftime_now"] = _strftime_now
    tree = environment.parse(source)
    _bound_loops(tree, environment)
    return environment.from_string(tree)


def template_render(template: Template, values: dict[str, Any]) -> str:
    """Raises TemplateError (limits included) or what the template's filters raise."""
    return template.render(**values, **{_TICK: _turn_counter(), _JOIN: _join})


class _BoundedEnvironment(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset(["+", "*", "**", "%"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or (operator == "%" and isinstance(left, str)):
            raise SecurityError(f"the operator {operator} is not allowed here")
        if operator == "*" and _size(left) * _size(right) > MAX_TEXT_CHARS:
            raise SecurityError("a text in the template grows too long")
        if operator == "+" and _size(left) + _size(right) > 2 * MAX_TEXT_CHARS:
            raise SecurityError("a text in the template grows too long")
        return super().call_binop(context, operator, left, right)


def _size(value: Any) -> int:
    """How much longer a product with this value may become."""
    if isinstance(value, str | list | tuple):
        return len(value)
    return abs(value) if isinstance(value, int) else 1


class _GenerationBlock(Extension):
    """`{% generation %}`: training marks the model's own words so. Here: its body."""

    tags = {"generation"}

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _bound_loops(tree: nodes.Template, environment: Environment) -> None:
    """Count each turn of each loop and each call of each macro, measure each `~`."""
    loops = list(tree.find_all(nodes.For))
    macros = list(tree.find_all(nodes.Macro))
    names = {name.name for name in tree.find_all(nodes.Name)}
    if {_TICK, _JOIN} & (names | {macro.name for macro in macros}):
        raise SecurityError("the template uses a reserved name")
    for body, line in [
        *((loop.body, loop.lineno) for loop in loops),
        *((macro.body, macro.lineno) for macro in macros),
    ]:
        name = nodes.Name(_TICK, "load", lineno=line)
        call = nodes.Call(name, [], [], None, None, lineno=line)
        body.insert(0, nodes.ExprStmt(call, lineno=line))
    _Joins().visit(tree)
    tree.set_environment(environment)


class _Joins(NodeTransformer):
    """`a ~ b` becomes a call, because the sandbox intercepts only operators."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        name = nodes.Name(_JOIN, "load", lineno=node.lineno)
        return nodes.Call(name, node.nodes, [], None, None, lineno=node.lineno)


def _turn_counter() -> Callable[[], str]:
    turns = 0

    def tick() -> str:
        nonlocal turns
        turns += 1
        if turns > MAX_LOOP_TURNS:
            raise SecurityError(f"the template loops more than {MAX_LOOP_TURNS} times")
        return ""

    return tick


def _join(*parts: Any) -> str:
    text = "".join(map(str, parts))
    if len(text) > MAX_TEXT_CHARS:
        raise SecurityError("a text in the template grows too long")
    return text


def _raise_exception(message: str) -> NoReturn:
    raise TemplateError(message)


def _strftime_now(format: str) -> str:
    return datetime.now().astimezone().strftime(format)


def _to_json(value: Any, **options: Any) -> str:
    """Jinja's own would escape for HTML."""
    return json.dumps(value, ensure_ascii=False, **options)
