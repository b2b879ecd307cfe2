"""Escapes of 16 bits, which write characters beyond the first 65,536 as two halves."""


def join_halves(text: str) -> str:
    r"""
    >>> join_halves("\ud83d\ude00")
    '😀'
    """
    halves = text.encode("utf-16-le", "surrogatepass")
    return halves.decode("utf-16-le", "surrogatepass")


def escape_16_bits(char: str) -> str:
    r"""
    >>> escape_16_bits("é"), escape_16_bits("😀")
    ('\\u00e9', '\\ud83d\\ude00')
    """
    digits = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{digits[i : i + 4]}" for i in range(0, len(digits), 4))
