"""A run's curve as a picture: SVG, which needs no library and scales."""

from collections.abc import Sequence
from html import escape
from typing import Any

_WIDTH, _HEIGHT, _MARGIN = 720, 240, 48
_COLOURS = ("#2563eb", "#dc2626", "#059669", "#d97706", "#7c3aed", "#0891b2", "#475569")
_MOST_POINTS = 600
Points = list[tuple[float, float]]


def curve_svg(metrics: Sequence[dict[str, Any]]) -> str:
    """Loss above, chrF++ of each direction below where that was measured."""
    losses = {
        "training": _points(metrics, "train", "loss"),
        "validation": _points(metrics, "valid", "loss"),
    }
    valid = [line for line in metrics if line["kind"] == "valid"]
    names = sorted({name for line in valid for name in line.get("chrf", {})})
    chrf = {
        name: [(float(m["step"]), float(m["chrf"][name])) for m in valid if "chrf" in m]
        for name in names
    }
    charts = [("Loss, nats a token", losses), ("chrF++", chrf)]
    charts = [chart for chart in charts if any(chart[1].values())] or charts[:1]
    drawn = [
        _chart(title, {k: v for k, v in series.items() if v}, top=number * _HEIGHT)
        for number, (title, series) in enumerate(charts)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH}'
        f' {_HEIGHT * len(charts)}" font-family="sans-serif" font-size="11">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(drawn)}</svg>\n'
    )


def _points(metrics: Sequence[dict[str, Any]], kind: str, name: str) -> Points:
    points = [(float(m["step"]), float(m[name])) for m in metrics if m["kind"] == kind]
    return points[:: max(1, len(points) // _MOST_POINTS)]


def _chart(title: str, series: dict[str, Points], *, top: int) -> str:
    parts = [f'<text x="{_MARGIN}" y="{top + 20}" font-size="13">{title}</text>']
    points = [point for line in series.values() for point in line]
    if not points:
        return parts[0]
    right = max(1.0, *(x for x, _y in points))
    low, high = min(y for _x, y in points), max(y for _x, y in points)
    span = (high - low) or 1.0
    width, height = _WIDTH - 2 * _MARGIN, _HEIGHT - 2 * _MARGIN

    def place(x: float, y: float) -> str:
        across = _MARGIN + x / right * width
        down = top + _MARGIN + (high - y) / span * height
        return f"{across:.1f},{down:.1f}"

    for value in (low, low + span / 2, high):
        left = place(0, value).split(",")[1]
        parts.append(
            f'<path d="M{place(0, value)}H{_WIDTH - _MARGIN}" stroke="#e5e7eb"/>'
            f'<text x="4" y="{left}">{value:.2f}</text>'
        )
    for number, (name, line) in enumerate(series.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        path = " ".join(place(x, y) for x, y in line)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}"/>'
            f'<text x="{_MARGIN + 150 + number * 75}" y="{top + 20}"'
            f' fill="{colour}">{escape(name)}</text>'
        )
    parts.append(
        f'<text x="{_WIDTH - _MARGIN}" y="{top + _HEIGHT - 24}"'
        f' text-anchor="end">{right:.0f} steps</text>'
    )
    return "".join(parts)
