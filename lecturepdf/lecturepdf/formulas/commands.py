"""What TeX's commands become in Typst."""

# ruff: noqa: RUF001 - signs that look like letters are what this is about

from unicodedata import category, normalize

from ..markup import string
from .symbols import SYMBOLS, UPRIGHT, pairs

SLASHED = "cancel({a}, length: #1em, angle: #25deg)"
NOTHING = '""'  # what Typst takes for an empty argument


def _each(names: str, form: str) -> dict[str, str]:
    return {f"\\{name}": form for name in names.split()}


# A form holds {a}, {b}: arguments that are formulas; {A}: one that is a name; {L}, {M},
# {N}: lengths; {P}: text with formulas in it. They are read in the order of their
# letters; {A:.0} is read and not printed. [..] before a form: an option may come first,
# and these values of it make no difference; {o} is what it says.
_ONE_ARGUMENT = pairs("""
    hat hat widehat hat tilde tilde widetilde tilde bar macron vec arrow dot dot
    ddot dot.double dddot dot.triple ddddot dot.quad check caron widecheck caron
    breve breve acute acute grave grave mathring circle overline overline
    underline underline underbar underline overparen overparen underparen underparen
    boxed framed phantom phantom hphantom phantom vphantom vphantom
    mathcal cal mathscr scr mathfrak frak frak frak mathbb bb Bbb bb mathbbm bb
    mathds bb symbb bb symcal cal symscr scr symfrak frak symnormal italic
    boldsymbol bold bm bold pmb bold mathnormal italic
    displaylimits limits""")
FORMS = {name: f"{function}({{a}})" for name, function in _ONE_ARGUMENT.items()}
FORMS |= _each("mathbfit symbfit", "bold(italic({a}))")
FORMS |= _each("mathbffrak symbffrak", "bold(frak({a}))")
FORMS |= _each("mathbfscr symbfscr", "bold(scr({a}))")
FORMS |= _each("mathbfcal symbfcal", "bold(cal({a}))")
FORMS |= _each("mathsfit symsfit", "italic(sans({a}))")
FORMS |= _each("mathbfsf mathbfsfup symbfsf symbfsfup", "upright(bold(sans({a})))")
FORMS |= _each("mathbfsfit symbfsfit", "italic(bold(sans({a})))")
FORMS |= _each("dfrac", "display(frac({a}, {b}))")
FORMS |= _each("tfrac sfrac nicefrac", "inline(frac({a}, {b}))")
FORMS |= _each("bra", '\\⟨ {a} class("normal", \\|)') | _each(
    "ket", 'class("normal", \\|) {a} \\⟩'
)
FORMS |= _each("braket", "\\⟨ {a} \\⟩") | _each("set", "\\{{ {a} \\}}")
FORMS |= _each("ketbra", 'class("normal", \\|) {a} \\⟩ \\⟨ {b} class("normal", \\|)')
FORMS |= _each("hspace mspace", "#space({L})")
FORMS |= _each("mathrlap crampedrlap", "[]lapped(#0, {a})")
FORMS |= _each("mathllap crampedllap", "[]lapped(#1, {a})")
FORMS |= _each("mathclap crampedclap", "[]lapped(#.5, {a})")
FORMS |= _each("rlap textrlap", "lapped(#0, {P})")
FORMS |= _each("llap textllap", "lapped(#1, {P})")
FORMS |= _each("clap textclap", "lapped(#.5, {P})")
FORMS |= _each("mathinner vcenter vtop vbox mathmbox", "{a}") | _each(
    "cramped", "[]{a}"
)
FORMS |= _each("mathmakebox", "[][]{a}") | _each("makebox", "[][]{P}")
FORMS |= _each("require class cssId data vspace", "{A:.0}")
FORMS |= _each("MoveEqLeft", "[]") | _each("xmathstrut", "[]{A:.0}")
FORMS |= _each(  # without meaning on paper
    "allowbreak goodbreak badbreak / relax nobreak nonscript "
    "begingroup endgroup bgroup egroup strut mathstrut noindent hfil "
    "normalfont null", ""
)  # fmt: skip
FORMS |= {
    "\\,": "thin", "\\thinspace": "thin", "\\:": "med", "\\>": "med", "\\;": "thick",
    "\\quad": "quad", "\\hfill": "quad", "\\qquad": "wide", "\\!": '"" #h(-.1667em) ""',
    "\\negthinspace": '"" #h(-.1667em) ""', "\\ ": "#h(.25em)", "~": "#h(.25em)",
    "\\\n": "#h(.25em)", "\\enspace": "#h(.5em)", "\\medspace": "med",
    "\\thickspace": "thick", "\\space": "#h(.25em)", "\\enskip": "#h(.5em)",
    "\\negmedspace": '"" #h(-.2222em) ""', "\\negthickspace": '"" #h(-.2778em) ""',
    "\\nobreakspace": "#h(.25em)", "\\smash": "[t b tb bt]",
    "\\frac": "frac({a}, {b})", "\\binom": "binom({a}, {b})",
    "\\cfrac": "[l c r]continued({o}, {a}, {b})",
    "\\dbinom": "display(binom({a}, {b}))", "\\tbinom": "inline(binom({a}, {b}))",
    "\\splitfrac": "mat(inline({a}) &; & inline({b}))",
    "\\splitdfrac": "mat(display({a}) &; & display({b}))",
    "\\overbrace": "limits(overbrace({a}))", "\\underbrace": "limits(underbrace({a}))",
    "\\overbracket": "[][]limits(overbracket({a}))",
    "\\underbracket": "[][]limits(underbracket({a}))",
    "\\overset": "attach(limits({b}), t: {a})",
    "\\underset": "attach(limits({b}), b: {a})",
    "\\overunderset": "attach(limits({c}), t: {a}, b: {b})",
    "\\stackrel": 'class("relation", attach(limits({b}), t: {a}))',
    "\\stackbin": 'class("binary", attach(limits({b}), t: {a}))',
    "\\prescript": "attach({c}, tl: {a}, bl: {b})",
    "\\overrightarrow": "overarrow(→, {a})", "\\overleftarrow": "overarrow(←, {a})",
    "\\overleftrightarrow": "overarrow(↔, {a})",
    "\\underleftarrow": "underarrow(←, {a})",
    "\\underrightarrow": "underarrow(→, {a})",
    "\\underleftrightarrow": "underarrow(↔, {a})",
    "\\utilde": 'underaccent("\u0330", {a})',
    "\\undertilde": 'underaccent("\u0330", {a})',
    "\\cancel": "[]cancel({a})", "\\bcancel": "[]cancel({a}, inverted: #true)",
    "\\xcancel": "[]cancel({a}, cross: #true)",
    "\\fbox": "framed({P})", "\\framebox": "[][]framed({P})",
    "\\sout": "struck({a})", "\\centernot": SLASHED,
    "\\cancelto": "[]attach(cancel({b}), t: {a})",
    "\\raisebox": "raised({L}, {P})", "\\rule": "[0pt]filled({o}, {L}, {M})",
    "\\Rule": "[]blockof({L}, {M}, {N})",
    "\\Space": "[]phantom(blockof({L}, {M}, {N}))",
    "\\varliminf": 'underline(op("lim"))', "\\varlimsup": 'overline(op("lim"))',
    "\\varinjlim": 'underlimit(→)', "\\varprojlim": 'underlimit(←)',
    "\\TeX": 'words("TeX")', "\\LaTeX": 'words("LaTeX")',
    "\\href": "closedup(#external({A}, ${b}$))",
    "\\eqref": "closedup(#equation-reference({A}))",
    "\\ref": "closedup(#equation-reference({A}, brackets: false))",
    "\\refeq": "closedup(#equation-reference({A}, brackets: false))",
    # Typst takes every bar for a fence.
    "\\mathrel": 'class("relation", {a})', "\\mathbin": 'class("binary", {a})',
    "\\mathpunct": 'class("punctuation", {a})', "\\mathord": 'class("normal", {a})',
    "\\mathopen": 'class("opening", {a})',
    "\\mathclose": 'class("closing", {a})', "|": 'class("normal", \\|)',
    "\\vert": 'class("normal", \\|)', "\\|": 'class("normal", ‖)',
    "\\Vert": 'class("normal", ‖)', "‖": 'class("normal", ‖)',
    "\\lvert": 'class("opening", \\|)',
    "\\rvert": 'class("closing", \\|)', "\\lVert": 'class("opening", ‖)',
    "\\rVert": 'class("closing", ‖)', "\\arrowvert": 'class("normal", \\|)',
    "\\Arrowvert": 'class("normal", ‖)', "\\vdotswithin": "within({a})",
    "\\bmod": '#h(.28em) class("normal", op("mod")) #h(.28em)',
    "\\mod": 'quad op("mod") thin {a}',
    "\\pod": "quad \\( {a} \\)", "\\pmod": 'quad \\( op("mod") thin {a} \\)',
    "\\mathop": "op({a}, limits: #true)", "\\colon": 'class("punctuation", :)',
    "\\intop": "limits(∫)", "\\ointop": "limits(∮)",
    "\\idotsint": "∫ ⋯ ∫", "\\smallint": "inline(∫)",
    "\\bigtimes": "limits(sized(#1.6, ×))", "\\And": "thick \\& thick",
    "\\implies": "thick ⟹ thick", "\\impliedby": "thick ⟸ thick",
    "\\iff": "thick ⟺ thick",
    "-": "\N{MINUS SIGN}", "*": "\N{ASTERISK OPERATOR}",
    **{name: f"bb({name[-1]})" for name in ("\\R", "\\N", "\\Z", "\\Q", "\\C")},
}  # fmt: skip
FORMS |= {
    name: f'class("relation", {" ".join(signs)})'
    for name, signs in pairs("""
    colonapprox :≈ Colonapprox ∷≈ colonsim :∼ Colonsim ∷∼ approxcolon ≈: Approxcolon ≈∷
    simcolon ∼: Simcolon ∼∷ colondash :− Colondash ∷− Dashcolon −∷ Eqqcolon =∷
    Eqcolon −∷ Coloneq ∷− coloneq :− eqcolon −:""").items()
}
FORMS |= {  # which Typst takes for operations
    name: f'class("normal", {sign})'
    for name, sign in pairs("""
    nabla ∇ triangle △ triangledown ▽ blacktriangledown ▾ lozenge ◊ blacklozenge ⧫
    bigstar ★""").items()
}
# Alphabets in which a word is a name, not a product of letters.
WORD_FONTS = pairs("""
    mathrm upright mathup upright mathbf bold mathbfup bold mathit italic mathsf sans
    mathsfup sans mathtt mono symbf bold symbfup bold symrm upright symup upright
    symit italic symsf sans symsfup sans symtt mono""")
# Commands that act on the rest of their group. Bold and sans stand upright, as in TeX.
SWITCHES = pairs("""
    displaystyle display( textstyle inline( scriptstyle script( scriptscriptstyle
    sscript( bf upright(bold( bfseries upright(bold( rm upright( it italic( mit italic(
    sf upright(sans( tt mono( cal cal( frak frak( Bbb bb( boldmath bold(""")
# How large text is set, beside the text around the formula.
SIZES = {
    f"\\{name}": factor
    for names, factor in (
        ("Tiny tiny", 0.5), ("scriptsize SMALL", 0.7), ("footnotesize", 0.8),
        ("small Small", 0.85), ("normalsize", 1.0), ("large", 1.2), ("Large", 1.44),
        ("LARGE", 1.73), ("huge", 2.07), ("Huge HUGE", 2.49),
    )
    for name in names.split()
}  # fmt: skip
# Text: how it is set, by commands with an argument and by those for what follows.
_BOLD, _SLANTED = {"weight": '"bold"'}, {"style": '"italic"'}
_UPRIGHT = {"weight": '"regular"', "style": '"normal"'}
TEXTS = (
    {f"\\{name}": {} for name in ("text", "mbox", "hbox")}
    | {"\\textup": {"style": '"normal"'}, "\\textmd": {"weight": '"regular"'}}
    | {f"\\{name}": _UPRIGHT for name in ("textrm", "textnormal")}
    | {f"\\{name}": _SLANTED for name in ("textit", "emph", "textsl")}
    | {"\\textbf": _BOLD, "\\texttt": {"font": "#code-face", "size": "#.8em"}}
    | {"\\textsf": {"sans": "#true"}, "\\textsc": {"features": '#("smcp",)'}}
)
TEXT_SWITCHES = {
    "\\bf": _BOLD, "\\bfseries": _BOLD, "\\it": _SLANTED, "\\itshape": _SLANTED,
    "\\em": _SLANTED, "\\sl": _SLANTED, "\\rm": _UPRIGHT, "\\tt": TEXTS["\\texttt"],
    "\\ttfamily": TEXTS["\\texttt"], "\\sf": TEXTS["\\textsf"],
    **{name: {"size": f"#{factor}em"} for name, factor in SIZES.items()},
}  # fmt: skip
ARROWS = pairs("""
    xrightarrow → xleftarrow ← xRightarrow ⇒ xLeftarrow ⇐ xleftrightarrow ↔
    xmapsto ↦ xLeftrightarrow ⇔ xhookrightarrow ↪ xhookleftarrow ↩ xlongequal =
    xtwoheadrightarrow ↠ xtwoheadleftarrow ↞ xrightharpoonup ⇀ xrightharpoondown ⇁
    xleftharpoonup ↼ xleftharpoondown ↽ xrightleftharpoons ⇌ xleftrightharpoons ⇋
    xtofrom ⇄ xrightleftarrows ⇄ xlongrightarrow → xlongleftarrow ← xLongrightarrow ⇒
    xLongleftarrow ⇐""")
_SIZES = {"big": "1.2em", "Big": "1.8em", "bigg": "2.4em", "Bigg": "3em"}
_SIDES = {"l": "opening", "r": "closing", "m": "relation", "": "normal"}
# \bigl, \Bigr and the like: how high the delimiter is, and on which side it stands.
BIG = {
    f"\\{size}{side}": (_SIZES[size], _SIDES[side])
    for size in _SIZES
    for side in _SIDES
}
_OPERATORS = _each(
    "log ln lg exp sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan "
    "arg deg dim hom ker sgn erf", ""
) | _each(
    "lim max min sup inf liminf limsup injlim projlim det gcd Pr argmax argmin",
    ", limits: #true",
)  # fmt: skip
_TWO_WORDS = {"liminf": "lim\u2009inf", "limsup": "lim\u2009sup"} | {
    "injlim": "inj\u2009lim", "projlim": "proj\u2009lim",
}  # fmt: skip


def symbol(command: str) -> str:
    r"""Return Typst's maths for a symbol or function, or '' if a command is neither.

    Examples
    --------
    >>> symbol(r"\sum"), symbol(r"\max"), symbol(r"\nosuch")
    ('∑', 'op("max", limits: #true)', '')
    """
    if command in _OPERATORS:
        name = _TWO_WORDS.get(command[1:], command[1:])
        return f"op({string(name)}{_OPERATORS[command]})"
    if command in UPRIGHT:
        return f"upright({UPRIGHT[command]})"
    return character(SYMBOLS[command]) if command in SYMBOLS else ""


def character(sign: str) -> str:
    """Return one character as maths: itself, and nothing that Typst gives a meaning.

    ASCII signs have one each; brackets, even those of Unicode, must match; roots want
    an argument.
    """
    if sign in "√∛∜":
        return f'class("normal", {string(sign)})'
    special = sign.isascii() and not sign.isalnum()
    return f"\\{sign}" if special or category(sign) in ("Ps", "Pe") else sign


def negated(symbol: str) -> str:
    """Return a symbol struck out, as one character where Unicode has it."""
    struck = normalize("NFC", symbol.lstrip("\\") + "\u0338")
    return struck if len(struck) == 1 else SLASHED.format(a=symbol)
