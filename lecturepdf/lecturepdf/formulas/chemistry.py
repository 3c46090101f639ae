r"""Chemistry in TeX: what \ce and \pu of mhchem mean, in their usual forms."""

import re

from .tokens import TexError

_ARROWS = {
    "<=>": "xrightleftharpoons", "<-->": "xrightleftarrows", "<->": "xleftrightarrow",
    "->": "xrightarrow", "<-": "xleftarrow",
}  # fmt: skip
_BONDS = {
    "-": "-", "1": "-", "=": "=", "2": "=", "#": "\\equiv ", "3": "\\equiv ",
    "...": "\\cdots ", "....": "\\cdotp" * 4 + " ",
    "->": "\\rightarrow ", "<-": "\\leftarrow ",
}  # fmt: skip
_OF_CHEMISTRY = ("\\frac", "\\overset", "\\underset", "\\overbrace", "\\underbrace")
_GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_LABEL = r"\[((?:[^\[\]{}]|" + _GROUP + r")*)\]"
# In this order; the groups' names say what was found. A number that begins a term
# counts molecules, one behind an element counts atoms.
_PART = re.compile(
    rf"""
    (?P<maths>\$[^$]*\$)
    |(?P<arrow><=>>|<<=>|<=>|<-->|<->|->|<-)(?P<labels>(?:{_LABEL}){{0,2}})
    |(?P<gas>(?:(?<=\s)|^)(?:\^|v|\(\^\)|\(v\))(?=\s|$))
    |(?P<script>[\^_])(?P<value>{_GROUP}|\$[^$]*\$|\\[a-zA-Z]+|[+-]\d+|\d*[a-z]?(?:\++|-+(?![a-zA-Z]))|\d+|\.+|.)
    |(?P<text>{_GROUP})
    |(?P<bond>\\bond\{{([^{{}}]*)\}})
    |(?P<scripted>\\[a-zA-Z]+\s*(?:{_GROUP})*|\\.)
    |(?P<orbital>\d[spdf](?=\^))
    |(?P<atoms>(?<=[a-zA-Z)\]}}])\d+)
    |(?P<number>\d+(?:[.,]\d+)?(?:/\d+)?)
    |(?P<state>\((?:aq|s|l|g|cr|am|vit|sln)\))
    |(?P<plus>(?:(?<=\s)|^)(?:\+-|\+|-|=)(?=\s|$))
    |(?P<dots>\.\.\.)
    |(?P<charge>[+-](?=[\s\])}},;]|$|[+-]))
    |(?P<upright>(?:p(?:H|OH|C|K)|i(?:Pr|Bu))(?![a-zA-Z]))
    |(?P<letters>[A-Z][a-z]*(?:[A-Z][a-z]*)*|[a-z]+)
    |(?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)  # fmt: skip
# In a script: what is no variable, which is one small letter.
_NAMES = re.compile(r"(?<![\\a-zA-Z])(?:[a-zA-Z]{2,}|[A-Z])")
# Behind a small letter: a charge, so that it is a particle's name. Before it: numbers.
_CHARGE = re.compile(r"[+^-](?![a-zA-Z])")
_ELEMENT = re.compile(r"\s*[A-Z]")
_NUMBERS = re.compile(r"[\^_](?:\{[-+]?\d+\}|[-+]?\d+)$")
# Behind a command, whose blank is part of it.
_LAST_CHARGE = re.compile(r"(\\[a-zA-Z]+)\s+([+-])$")
# n-Pr, \mu-Cl, s^2-N: where a dash is a hyphen.
_BEFORE_HYPHEN = re.compile(r"(?:(?<![a-zA-Z])[a-z]|\\[a-zA-Z]+|\^\d+)$")
_QUANTITY = re.compile(
    r"\s*([-+]|\+-|\\pm\s*)?\s*(\d[\d ]*(?:[.,]\d+|/\d+)?|[.,]\d+)?"
    r"(?:\s*\(?(?:\+-|\\pm)\)?\s*([\d.,]+))?(?:([eE]|\s*[*x]\s*10\^)\{?([-+]?\d+)\}?)?\s*"
)
_UNIT = re.compile(
    r"\^?\{?([-+]?\d+)\}?|(//?)|([*.])|(\s+)|(\\[a-zA-Z]+)|([^\d\s*./^{}-]+)|(.)"
)


def chemistry(text: str) -> str:
    r"""Return TeX of a chemical formula or equation.

    Examples
    --------
    >>> chemistry("2H + O -> H2O")
    '2\\,\\mathrm{H} + \\mathrm{O} \\xrightarrow{} \\mathrm{H}_{2}\\mathrm{O}'
    >>> chemistry("SO4^2-")
    '\\mathrm{SO}_{4}^{2-}'
    """
    out, is_fresh, marks = [], True, ""
    text = _LAST_CHARGE.sub(r"\1^{\2}", text.strip())
    for match in _PART.finditer(text):
        tex, is_fresh = _part(match, is_fresh)
        # A second script of a kind, and one behind it, stand apart.
        mark = tex[0] if tex[:1] in ("^", "_") else ""
        out.append(f"{{}}{tex}" if mark and mark in marks else tex)
        marks = marks + mark if mark and mark not in marks else mark
    return "".join(out)


def _part(match: re.Match[str], is_fresh: bool) -> tuple[str, bool]:
    """Return TeX of one part, and whether a term may begin behind it."""
    found = match[0]
    given = {name: value for name, value in match.groupdict().items() if value}
    if "maths" in given:
        return f"{{{found[1:-1]}}}", False
    if "arrow" in given:
        return _arrow(given["arrow"], given.get("labels", "")), True
    if "gas" in given:
        return "\\downarrow " if "v" in found else "\\uparrow ", False
    if "script" in given:
        return _script(given["script"], given["value"], is_fresh), False
    if "text" in given:
        return f"\\text{found}", False
    if "bond" in given:
        return _bond(found[6:-1]), False
    if "scripted" in given:
        if found.startswith(_OF_CHEMISTRY):
            found = re.sub(_GROUP, lambda m: f"{{{chemistry(m[0][1:-1])}}}", found)
        return f"{found} ", False
    if "atoms" in given:
        return f"_{{{found}}}", False
    if "number" in given:
        above, slash, below = found.partition("/")
        if not is_fresh or match.string[: match.start()].endswith("("):
            return found, False
        return (f"\\tfrac{{{above}}}{{{below}}}" if slash else above) + "\\,", False
    if "state" in given:
        return f"\\mathrm{{{found}}}", False
    if "plus" in given:
        return {"+-": "\\pm "}.get(found, found), True
    if "dots" in given:
        return "\\ldots ", False
    if "charge" in given:
        return f"^{{{found}}}", False
    if "upright" in given:
        return f"\\mathrm{{{found}}}", False
    if "letters" in given:
        is_particle = _CHARGE.match(match.string, match.end()) or _NUMBERS.search(
            match.string[: match.start()]
        )
        is_variable = len(found) == 1 and found.islower() and not is_particle
        if is_variable:  # one that counts what comes next stands apart, as numbers do
            counts = is_fresh and _ELEMENT.match(match.string, match.end())
            return found + "\\," * bool(counts), False
        return f"\\mathrm{{{found}}}", False
    if "orbital" in given:
        return f"\\mathrm{{{found}}}", False
    if found == "-" and _BEFORE_HYPHEN.search(match.string[: match.start()]):
        return "\\text{-}", False
    signs = {"-": _bond("-"), "=": _bond("="), "#": _bond("#"), "*": "\\cdot "} | {
        ".": "\\cdot ", " ": " ", "~": "\\ ",
    }  # fmt: skip
    is_open = found in "([{ " or found in "*.,;" or found.isspace()
    return signs.get(found, found), is_open


def _arrow(arrow: str, labels: str) -> str:
    if arrow not in _ARROWS:
        raise TexError(f"the arrow {arrow} of chemistry is not known")
    above, *below = [chemistry(label) for label in re.findall(_LABEL, labels)] or [""]
    return (
        f"\\{_ARROWS[arrow]}{''.join(f'[{{{label}}}]' for label in below)}{{{above}}}"
    )


def _script(mark: str, value: str, is_fresh: bool) -> str:
    inner = value[1:-1] if value[0] in "{$" else value
    if inner[:1] == "$" or value[0] == "$":
        inner = inner.strip("$")
    else:
        inner = re.sub(_NAMES, r"\\mathrm{\g<0>}", inner)
        inner = re.sub(r"\.(?!\d)", r"\\bullet ", inner)
    return f"{'{}' * is_fresh}{mark}{{{inner}}}"


def _bond(kind: str) -> str:
    if kind not in _BONDS:
        raise TexError(f"the bond {kind} of chemistry is not known")
    return f"{{{_BONDS[kind]}}}"


def unit(text: str) -> str:
    r"""Return TeX of a quantity with its unit.

    Examples
    --------
    >>> unit("25 kJ//mol"), unit("1.2e3 m s^-1")
    ('25\\,\\frac{\\mathrm{kJ}}{\\mathrm{mol}}',
     '1.2\\cdot 10^{3}\\,\\mathrm{m}\\,\\mathrm{s}^{-1}')
    """
    match = _QUANTITY.match(text)
    sign, number, error, mark, power = match.groups()
    out = (sign or "").replace("+-", "\\pm ") + (number or "").strip()
    out = out.replace(" ", "\\,").replace(",", "{,}")
    out += f"\\pm {error}" if error else ""
    times = ("\\cdot " if mark == "e" else "\\times ") * bool(number)
    out += f"{times}10^{{{power}}}" if power else ""
    parts = [_units(part) for part in text[match.end() :].split("//")]
    units = f"\\frac{{{parts[0]}}}{{{parts[1]}}}" if len(parts) == 2 else parts[0]
    return out + ("\\," if out and units else "") + units


def _units(text: str) -> str:
    out = ""
    for power, slash, dot, blank, command, name, other in _UNIT.findall(text.strip()):
        if power:
            out += f"^{{{power}}}"
        elif slash or other:
            out += slash or other
        elif dot:
            out += "\\cdot "
        elif blank:
            out += "\\,"
        else:
            name = name.replace("%", "\\%")
            out += f"{command} " if command else f"\\mathrm{{{name}}}"
    return out
