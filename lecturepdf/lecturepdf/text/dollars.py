r"""Where formulas stand in text, as JupyterLab and MathJax find them.

Between dollars, from ``\(`` or ``\[`` to its end, and from ``\begin`` to ``\end``; not
in code, nor over a blank line; braces within one are closed before it ends. One walk
from the end of the text finds the ends of all, so that time grows with length alone.
"""

import re
from bisect import bisect_right

_SIGNS = (
    r"(\$\$?|\\begin\{[a-zA-Z]*\*?\}|\\end\{[a-zA-Z]*\*?\}"
    r"|\\(?:eq)?ref\{[^{}\n]{1,200}\}|%s[()\[\]]|\\[^`\n]|[{}]|\n[ \t]*\n%s)"
)
_IN_HTML = re.compile(_SIGNS % (r"\\", ""))
# In Markdown a backslash takes two; lines that fence code, and ticks on both its sides.
_FENCE = r"^[ \t>]*+(?:[-*+]|\d{1,9}[.)])?[ \t]*+(?:`{3,}[^`\n]*|~{3,}[^\n]*)$"
_IN_MARKDOWN = re.compile(_SIGNS % (r"\\\\", rf"|{_FENCE}|`+"), re.MULTILINE)
_RUN = re.compile(r"(`+|~+)(.*)", re.DOTALL)
# Each opening sign, how many of its letters are no formula, whether it is displayed.
_OPENINGS = {
    "$$": (2, True), "$": (1, False), r"\\[": (3, True), r"\\(": (3, False),
    r"\[": (2, True), r"\(": (2, False),
}  # fmt: skip
_CLOSING = str.maketrans("([", ")]")
_BLOCK = "$$ at the end of a line"


def split(text: str, is_markdown: bool = False) -> list[str]:
    r"""Split text at its formulas: every other piece is one, as it was typed.

    Examples
    --------
    >>> split(r"Of $a$, \(b\) costs \$5.")
    ['Of ', '$a$', ', ', '\\(b\\)', ' costs \\$5.']
    """
    signs = (_IN_MARKDOWN if is_markdown else _IN_HTML).split(text)
    live = _outside_code(signs) if is_markdown else range(1, len(signs), 2)
    ends = _ends(signs, live)
    pieces, done = [], 0
    for at in live:
        end = ends.get(at, 0)
        if at < done or not end or _is_money(signs, at, end):
            continue
        source = "".join(signs[at : end + 1])
        if not tex(source)[1].strip():
            continue
        pieces += ["".join(signs[done:at]), source]
        done = end + 1
    return [*pieces, "".join(signs[done:])]


def tex(source: str) -> tuple[bool, str]:
    """Return whether a formula, as it was typed, is displayed, and its TeX."""
    for sign, (length, is_displayed) in _OPENINGS.items():
        if source.startswith(sign):
            return is_displayed, source[length:-length]
    return source.startswith(r"\begin"), source


def _outside_code(signs: list[str]) -> list[int]:
    """Return the places of the signs that are in no code."""
    ahead, same = {}, {}  # of each run of ticks the next one, before a blank line
    for at in range(len(signs) - 2, 0, -2):
        if signs[at][0] == "`":
            same[at] = ahead.get(signs[at])
            ahead[signs[at]] = at
        elif signs[at][0] == "\n":
            ahead.clear()
    live, fence, at = [], "", 1
    while at < len(signs):
        sign = signs[at]
        match = None if sign[0] == "\\" else _RUN.search(sign)
        run, rest = match.groups() if match else ("", "")
        is_fence = len(run) > 2 and (run != sign or _begins_line(signs, at))
        if fence:
            is_end = is_fence and run.startswith(fence) and not rest.strip()
            fence = "" if is_end else fence
        elif is_fence:
            fence = run
        elif run:
            is_escaped = signs[at - 1].endswith("\\")
            at = (not is_escaped and same.get(at)) or at
        elif sign[0] != "\\" or len(sign) > 2:  # an escaped sign is none
            live.append(at)
        at += 2
    return live


def _begins_line(signs: list[str], at: int) -> bool:
    before = "".join(signs[max(at - 2, 0) : at]).rstrip(" \t")
    return not before or before.endswith("\n")


def _ends(signs: list[str], live: list[int] | range) -> dict[int, int]:
    """Return of each sign that begins a formula the place of the one that ends it.

    That is the next at which no more braces are open than at the beginning; where
    there is none, the next.
    """
    ends: dict[int, int] = {}
    depth, depths = 0, {}
    for at in live:
        depth += _opens(signs[at]) > 0
        depths[at] = depth
        depth -= _opens(signs[at]) < 0
    # Of each closing sign those ahead that matter, the nearest last: the farther one
    # stands, the fewer braces are open there.
    ahead: dict[str, list[tuple[int, int]]] = {}
    nearest: dict[str, int] = {}

    def look(sign: str, depth: int) -> int | None:
        found = ahead.get(sign, [])
        number = bisect_right(found, depth, key=lambda pair: pair[0])
        return found[number - 1][1] if number else nearest.get(sign)

    def note(sign: str, at: int) -> None:
        found = ahead.setdefault(sign, [])
        while found and found[-1][0] >= depths[at]:
            found.pop()
        found.append((depths[at], at))
        nearest[sign] = at

    for at in reversed(live):
        sign = signs[at]
        if sign[0] == "\n":
            kept = ahead.get(_BLOCK)
            ahead.clear()
            nearest.clear()
            if kept:
                ahead[_BLOCK] = kept
        elif sign in _OPENINGS:
            end = look(sign.translate(_CLOSING), depths[at])
            if sign == "$$" and not end and _begins_line(signs, at):
                end = look(_BLOCK, depths[at])
            if end:
                ends[at] = end
        elif sign.startswith(r"\begin"):
            if end := look(sign.replace("begin", "end", 1), depths[at]):
                ends[at] = end
        elif sign.startswith((r"\ref", r"\eqref")):
            ends[at] = at
        if sign[0] == "$" or sign.startswith(r"\end") or sign[-1] in ")]":
            note(sign, at)
        if sign == "$$" and (signs[at + 1] or "\n").startswith("\n"):
            note(_BLOCK, at)
    return ends


def _opens(sign: str) -> int:
    return (sign == "{" or sign.startswith(r"\begin")) - (
        sign == "}" or sign.startswith(r"\end")
    )


def _is_money(signs: list[str], at: int, end: int) -> bool:
    """Whether dollars are prices, as in: $5 or $6."""
    after, before, behind = signs[at + 1], signs[end - 1], signs[end + 1]
    is_price = after[:1].isdecimal() and behind[:1].isdecimal()
    return signs[at] == "$" and is_price and before[-1:].isspace()
