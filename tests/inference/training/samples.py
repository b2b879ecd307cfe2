"""Small parallel texts, made from words so that a tiny model has something to learn."""

import random
from pathlib import Path

WORDS = {
    "The": "Le",
    "dog": "chien",
    "cat": "chat",
    "garden": "jardin",
    "house": "logis",
    "sees": "voit",
    "likes": "aime",
    "paints": "peint",
    "small": "petit",
    "old": "vieux",
    "file": "fichier",
    "window": "guichet",
}
_NOUNS = ("dog", "cat", "garden", "house", "file", "window")


def sentences(count: int, *, seed: int = 1) -> list[tuple[str, str]]:
    """All different."""
    draw = random.Random(seed)
    found: dict[str, str] = {}
    while len(found) < count:
        words = ["The", draw.choice(("small", "old")), draw.choice(_NOUNS)]
        words += [draw.choice(("sees", "likes", "paints")), draw.choice(_NOUNS)]
        name = "".join(draw.choice("bdklmnrst") + draw.choice("aeiou") for _ in "123")
        source = f"{' '.join(words)} {name}."
        found[source] = f"{' '.join(WORDS[word] for word in words)} {name}."
    return list(found.items())


def tsv_write(path: Path, pairs: list[tuple[str, str]], origin: str = "test") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"{source}\t{target}\t{origin}\n" for source, target in pairs)
    path.write_text("".join(lines), encoding="utf-8")
    return path
