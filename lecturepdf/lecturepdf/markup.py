"""Typst markup, written so that no text of a notebook can break it."""

# Every text of a notebook goes through `string`: what is inside a string literal
# cannot be mistaken for markup. Line ends are written as escapes, so that a part of
# the document stays on one line and Typst's error messages lead back to it.
_LINE_ENDS = "\x85\u2028\u2029"
_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    | {chr(n): f"\\u{{{n:x}}}" for n in (*range(9), 11, 12, *range(14, 32), 127)}
    | {end: f"\\u{{{ord(end):x}}}" for end in _LINE_ENDS}
    | dict.fromkeys(
        "\ufeff\ufffe", ""
    )  # marks of the order of bytes, which PDF/UA refuses
)


def string(text: str) -> str:
    r"""Return `text` as a Typst string literal.

    Examples
    --------
    >>> print(string('a "b" \\ c'))
    "a \"b\" \\ c"
    """
    return f'"{text.translate(_ESCAPES)}"'


def array(items: list[str]) -> str:
    """Return Typst code of an array of Typst expressions."""
    return f"({', '.join(items)},)" if items else "()"


def call(name: str, *values: str, body: str | None = None, **named: str | None) -> str:
    """Return Typst markup that calls a function of the template.

    Values are Typst code; a named value of None is left to the function's default.

    Examples
    --------
    >>> call("note", string("x"), body="y", width="2pt", alt=None)
    '#note("x", width: 2pt)[y]'
    """
    pairs = [f"{k.replace('_', '-')}: {v}" for k, v in named.items() if v is not None]
    content = "" if body is None else f"[{body}]"
    return f"#{name}({', '.join([*values, *pairs])}){content}"
