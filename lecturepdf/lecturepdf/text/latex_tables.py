r"""Tables that are stored in LaTeX only, as HTML: ``tabular`` and its relatives.

Julia, knitr and packages for regressions print so. What is no table in such a text, a
caption or notes, stays text; formulas keep their dollars.
"""

import re
from collections.abc import Callable
from html import escape

from ..formulas.prose import ACCENTS, letter
from ..formulas.tokens import Reader, tokenise

_TABLES = ("tabular", "tabular*", "tabularx", "tabulary", "longtable", "tblr")
_BEGINS = re.compile(r"\\begin\{(?:tabular[xy*]?|longtable|tblr)\}")
_TOKEN = re.compile(
    r"\\\((?:[^\\]|\\[^)]){0,500}\\\)"
    r"|\\(?:begin|end)\{[^{}]*\}|\\[a-zA-Z]+\*?|\\.|\$\$?[^$]*\$\$?|%[^\n]*\n?|[{}&~]"
    r"|[^\\{}&~$%]+|.",
    re.DOTALL,
)
_SIDES = {"l": "left", "c": "center", "r": "right", "S": "right"}
# Commands that change how their argument looks.
_STYLES = {
    name: tag
    for tag, names in (
        ("b", "textbf mathbf thead section subsection paragraph"),
        ("i", "textit emph textsl"), ("code", "texttt"), ("u", "underline uline"),
        ("s", "sout"), ("sup", "textsuperscript tnote"), ("sub", "textsubscript"),
        ("span", "textsc textrm textsf textnormal textup text mbox fbox makecell num"),
        ("span", "shortstack url footnote footnotetext"),
    )
    for name in names.split()
}  # fmt: skip
# Commands without meaning on paper, by how many arguments they take.
_DROPPED = {
    name: count
    for count, names in enumerate((
        "tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge it "
        "centering raggedright raggedleft arraybackslash bf bfseries boldmath itshape "
        "em upshape mdseries normalfont rmfamily sffamily ttfamily noindent newline "
        "bigskip medskip smallskip hfill vfill strut null relax protect unskip "
        "addlinespace linebreak pagebreak newpage clearpage",
        "label vspace hspace phantom hphantom vphantom cline cmidrule rowcolor "
        "cellcolor columncolor textcolor color colorbox scalebox rotatebox raisebox "
        "parbox hhline noalign sisetup captionsetup",
        "setlength renewcommand addtolength resizebox rule fcolorbox setcounter",
        "specialrule",
    ))
    for name in names.split()
}  # fmt: skip
# How many arguments environments take that are no tables.
_ARGUMENTS = dict.fromkeys(("adjustbox", "minipage", "subtable", "spacing"), 1)
_ARGUMENTS |= {"wraptable": 2}
_RULES = ("hline", "midrule", "toprule", "bottomrule", "Xhline", "tableline")
_DEEPEST, _LONGEST = 40, 300  # commands in one another; letters that name columns


def has_table(latex: str) -> bool:
    """Return whether a text in LaTeX holds a table."""
    return bool(_BEGINS.search(latex))


def to_html(latex: str, tell: Callable[[str], object] = str) -> str:
    r"""Return a text in LaTeX as HTML; `tell` is told what it has no meaning for.

    Raises
    ------
    ValueError
        If it is nested too deeply.

    Examples
    --------
    >>> to_html(r"\begin{tabular}{lr} a & \textbf{1} \\ \end{tabular}")
    '<table><tr><td>a</td><td style="text-align:right"><b>1</b></td></tr></table>'
    """
    reader = _Reader(_TOKEN.findall(latex))
    html = reader.text().strip()
    if reader.unknown:
        tell(f"a table in LaTeX has unknown commands: {', '.join(reader.unknown)}")
    return html


class _Reader:
    """Walks through the tokens of a text."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0
        self.unknown: dict[str, None] = {}

    def next(self) -> str:
        """Return the next sign, and pass it; '' at the end."""
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def peek(self) -> str:
        """Return the next sign that is no blank; stay before it."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def letter(self) -> str:
        """Return the next letter or sign that is no blank, and pass it."""
        sign = self.peek().lstrip()
        if sign[:1] in ("\\", "$", "%"):
            return self.next()
        self.tokens[self.at : self.at + 1] = [sign[:1], sign[1:]][: len(sign)]
        return self.next()

    def option(self, pair: str = "[]") -> str:
        """Return what stands in brackets, if that comes next."""
        head = self.peek().lstrip()
        end = head.find(pair[1]) if head.startswith(pair[0]) else -1
        if end < 0:
            return ""
        self.tokens[self.at] = head[end + 1 :]
        self.at += len(head) == end + 1
        return head[1:end]

    def source(self) -> str:
        """Return an argument as it was typed."""
        if self.peek() != "{":
            return self.letter()
        start, depth = self.at + 1, 0
        while sign := self.next():
            depth += {"{": 1, "}": -1}.get(sign, 0)
            if not depth:
                break
        return "".join(self.tokens[start : self.at - 1])

    def argument(self) -> str:
        """Return an argument as HTML."""
        if self.peek() != "{":
            return escape(self.letter())
        self.at += 1
        return self.text("}")

    def text(self, end: str = "") -> str:
        """Return HTML of what stands before a sign, which is passed."""
        out = []
        while (sign := self.next()) and sign != end:
            out.append(self.piece(sign))
        return "".join(out)

    def piece(self, sign: str) -> str:
        """Return HTML of a sign and what belongs to it."""
        if self.depth > _DEEPEST:
            raise ValueError("a table in LaTeX is nested too deeply")
        self.depth += 1
        html = self._piece(sign)
        self.depth -= 1
        return html

    def _piece(self, sign: str) -> str:
        if sign == "{":
            return self.text("}")
        if sign[0] == "%" or sign == "}":
            return ""
        if sign == "~":
            return "\N{NO-BREAK SPACE}"
        if sign.startswith(r"\begin{"):
            return self.environment(sign[7:-1])
        if sign[0] != "\\" or len(sign) == 1 or sign.startswith(r"\("):
            return escape(sign.replace("``", '"').replace("''", '"'), quote=False)
        return self.command(sign[1:].rstrip("*"))

    def command(self, name: str) -> str:
        """Return HTML of a command."""
        if name == "\\":
            self.option()
            return "<br>"
        if name in _STYLES:
            self.option()
            return f"<{_STYLES[name]}>{self.argument()}</{_STYLES[name]}>"
        if name == "caption":
            self.option()
            return f"<p>{self.argument()}</p>"
        if name == "href":
            return f'<a href="{escape(self.source())}">{self.argument()}</a>'
        if name == "ensuremath":
            return escape(rf"\({self.source()}\)")
        if name == "item":
            return f"<br><sup>{escape(self.option())}</sup>"
        if name in _DROPPED or name in _RULES:
            self.option()
            self.option("()" if name == "cmidrule" else "[]")
            for _ in range(_DROPPED.get(name, 0)):
                self.source()
            return ""
        if name in ("quad", "qquad") or (len(name) == 1 and name in ",;: !"):
            return " "
        typed = f"\\{name}"
        mark = tokenise(self.source()) if typed in ACCENTS else []
        text = letter(typed, Reader(mark))
        if text is None:
            self.unknown[typed] = None
        return escape(text or "")

    def environment(self, name: str) -> str:
        """Return HTML of what stands in an environment."""
        self.option()
        for _ in range(_ARGUMENTS.get(name, 0)):
            self.source()
        if name not in _TABLES:
            return self.text(f"\\end{{{name}}}")
        if name in ("tabular*", "tabularx", "tabulary"):
            self.source()
        return self.table(_sides(self.source()), f"\\end{{{name}}}")

    def table(self, sides: list[str], end: str) -> str:
        """Return HTML of a table; rows before the first rule inside are its head."""
        rows: list[str] = []
        cells: list[str] = []
        text, facts, caption, head, column = "", "", "", 0, 0
        below: dict[int, int] = {}  # rows that a cell above reaches into, by column

        def cell() -> None:
            nonlocal text, facts, column
            if below.get(column, 0) > 0 and not text.strip():
                below[column] -= 1
                column += 1
                return
            side = sides[column] if column < len(sides) else "left"
            style = "" if side == "left" else f' style="text-align:{side}"'
            cells.append(f"<td{facts or style}>{text.strip()}</td>")
            text, facts, column = "", "", column + 1

        while (sign := self.next()) and sign != end:
            name = sign[1:].rstrip("*") if sign[0] == "\\" else ""
            if sign == "&":
                cell()
            elif name in ("\\", "tabularnewline", "cr"):
                self.option()
                if text.strip() or cells:  # or it is but room between rules
                    cell()
                    rows.append("".join(cells))
                cells, column = [], 0
            elif name == "multicolumn":
                wide, inner = self.source(), _sides(self.source())
                text += self.argument()
                facts = f' colspan="{escape(wide)}"'
                if inner and inner[0] != "left":
                    facts += f' style="text-align:{inner[0]}"'
                column += int(wide) - 1 if wide.isdecimal() else 0
            elif name == "multirow":
                self.option()
                high = self.source()
                self.option()
                self.source()
                text += self.argument()
                if high.isdecimal():
                    below[column] = int(high[:6]) - 1
                    facts += f' rowspan="{high}"'
            elif name == "caption":
                self.option()
                caption = f"<caption>{self.argument()}</caption>"
            elif name in ("endfirsthead", "endfoot", "endlastfoot"):
                rows = rows if name == "endfirsthead" else rows[:head]
                head = len(rows)
            elif name == "endhead":
                rows = rows[: head or len(rows)]  # those of later pages say the same
                head = len(rows)
            elif name in _RULES and rows and not head and not text.strip():
                self.option()
                head = len(rows)
            else:
                text += self.piece(sign)
        if text.strip() or cells:
            cell()
            rows.append("".join(cells))
        head = head if head < len(rows) else 0
        top = "".join(f"<tr>{row}</tr>" for row in rows[:head])
        top = top.replace("<td", "<th").replace("</td", "</th")
        body = "".join(f"<tr>{row}</tr>" for row in rows[head:])
        return f"<table>{caption}{f'<thead>{top}</thead>' if top else ''}{body}</table>"


def _sides(columns: str) -> list[str]:
    """Return the side of each column that a table's argument names."""
    reader, sides = _Reader(_TOKEN.findall(columns[:_LONGEST])), []
    while letters := reader.next():
        for at, sign in enumerate(letters):
            if sign in "@!><":
                reader.source()
            elif sign == "*" and at == len(letters) - 1:
                times, inner = reader.source(), _sides(reader.source())
                sides += inner * (int(times[:3]) if times.isdecimal() else 1)
            elif sign in "lcrSpmbXLCRJ":
                sides.append(_SIDES.get(sign, "left"))
        if letters == "{":
            reader.at -= 1
            reader.source()
        del sides[_LONGEST:]
    return sides
