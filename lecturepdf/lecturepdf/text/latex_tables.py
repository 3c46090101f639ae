r"""Tables that are stored in LaTeX only, as HTML: ``tabular`` and its relatives.

Julia, knitr and packages for regressions print so. What is no table in such a text, a
caption or notes, stays text; formulas keep their dollars.
"""

import re
from html import escape

_TABLES = ("tabular", "tabular*", "tabularx", "tabulary", "longtable", "tblr")
_BEGINS = re.compile(r"\\begin\{(?:tabular[xy*]?|longtable|tblr)\}")
_TOKEN = re.compile(
    r"\\\((?:[^\\]|\\[^)]){0,500}\\\)"
    r"|\\(?:begin|end)\{[^{}]*\}|\\[a-zA-Z]+\*?|\\.|\$\$?[^$]*\$\$?|%[^\n]*\n?|[{}&~]"
    r"|[^\\{}&~$%]+|.",
    re.DOTALL,
)
_SIDES = {"l": "left", "c": "center", "r": "right", "S": "right"}
# Commands that change how their argument looks, and signs.
_STYLES = {
    "textbf": "b", "mathbf": "b", "textit": "i", "emph": "i", "textsl": "i",
    "texttt": "code", "underline": "u", "textsuperscript": "sup", "tnote": "sup",
    "textsubscript": "sub", "textsc": "span", "text": "span", "mbox": "span",
    "makecell": "span", "shortstack": "span", "thead": "b", "bf": "", "it": "",
}  # fmt: skip
_SIGNS = {
    "textbackslash": "\\", "ldots": "…", "dots": "…", "textasciitilde": "~",
    "textasciicircum": "^", "textgreater": ">", "textless": "<", "quad": " ",
    "textdegree": "°", "textmu": "µ", "S": "§", "dag": "†", "ddag": "‡",
}  # fmt: skip
# Commands without meaning on paper: how many arguments they take.
_DROPPED = {
    "label": 1, "vspace": 1, "hspace": 1, "cline": 1, "cmidrule": 1, "rowcolor": 1,
    "cellcolor": 1, "setlength": 2, "renewcommand": 2, "addtolength": 2, "resizebox": 2,
    "textcolor": 1, "color": 1, "scalebox": 1, "rule": 2, "hhline": 1, "specialrule": 3,
}  # fmt: skip
_RULES = ("hline", "midrule", "toprule", "bottomrule", "Xhline", "tableline")
_DEEPEST, _LONGEST = 40, 300  # commands in one another; letters that name columns


def has_table(latex: str) -> bool:
    """Return whether a text in LaTeX holds a table."""
    return bool(_BEGINS.search(latex))


def to_html(latex: str) -> str:
    r"""Return a text in LaTeX as HTML.

    Raises
    ------
    ValueError
        If it is nested too deeply.

    Examples
    --------
    >>> to_html(r"\begin{tabular}{lr} a & \textbf{1} \\ \end{tabular}")
    '<table><tr><td>a</td><td style="text-align:right"><b>1</b></td></tr></table>'
    """
    return _Reader(_TOKEN.findall(latex)).text().strip()


class _Reader:
    """Walks through the tokens of a text."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0

    def next(self) -> str:
        """Return the next sign, and pass it; '' at the end."""
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def peek(self) -> str:
        """Return the next sign that is no blank; stay before it."""
        while self.at < len(self.tokens) and self.tokens[self.at].isspace():
            self.at += 1
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def option(self) -> str:
        """Return what stands in brackets or round ones, if that comes next."""
        head = self.peek().lstrip()
        end = head.find({"[": "]", "(": ")"}.get(head[:1], "\0"))
        if end < 0:
            return ""
        self.tokens[self.at] = head[end + 1 :]
        self.at += len(head) == end + 1
        return head[1:end]

    def source(self) -> str:
        """Return an argument as it was typed."""
        if self.peek() != "{":
            return self.next()
        start, depth = self.at + 1, 0
        while sign := self.next():
            depth += {"{": 1, "}": -1}.get(sign, 0)
            if not depth:
                break
        return "".join(self.tokens[start : self.at - 1])

    def argument(self) -> str:
        """Return an argument as HTML."""
        if self.peek() != "{":
            return escape(self.next())
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
            tag = _STYLES[name]
            return f"<{tag}>{self.argument()}</{tag}>" if tag else ""
        if name == "caption":
            self.option()
            return f"<p>{self.argument()}</p>"
        if name == "href":
            return f'<a href="{escape(self.source())}">{self.argument()}</a>'
        if name == "item":
            return f"<br><sup>{escape(self.option())}</sup>"
        if name in _DROPPED or name in _RULES or name == "addlinespace":
            self.option()
            for _ in range(_DROPPED.get(name, 0)):
                self.source()
            return ""
        if len(name) == 1 and not name.isalpha():
            return "" if name in "-/" else " " if name in ",;: !" else escape(name)
        return escape(_SIGNS.get(name, ""))

    def environment(self, name: str) -> str:
        """Return HTML of what stands in an environment."""
        self.option()
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
        for at, letter in enumerate(letters):
            if letter in "@!><":
                reader.source()
            elif letter == "*" and at == len(letters) - 1:
                times, inner = reader.source(), _sides(reader.source())
                sides += inner * (int(times[:3]) if times.isdecimal() else 1)
            elif letter in "lcrSpmbXLCRJ":
                sides.append(_SIDES.get(letter, "left"))
        if letters == "{":
            reader.at -= 1
            reader.source()
        del sides[_LONGEST:]
    return sides
