"""What TeX's commands become in Typst."""

from html.entities import html5
from unicodedata import category, normalize

from ..markup import string


def _pairs(text: str) -> dict[str, str]:
    """Return a table, written as TeX's name and what it becomes in turn."""
    words = text.split()
    names = (f"\\{name}" for name in words[::2])
    return dict(zip(names, words[1::2], strict=True))


def _each(names: str, form: str) -> dict[str, str]:
    return {f"\\{name}": form for name in names.split()}


# A form holds {a}, {b}: arguments that are formulas; {A}, {B}: those that are text.
# Arguments are read in alphabetical order; {A:.0} is read and not printed.
_ONE_ARGUMENT = _pairs("""
    hat hat widehat hat tilde tilde widetilde tilde bar macron vec arrow dot dot
    ddot dot.double dddot dot.triple ddddot dot.quad check caron widecheck caron
    breve breve acute acute grave grave mathring circle overline overline
    underline underline underbar underline overparen overparen underparen underparen
    overrightarrow arrow overleftarrow arrow.l overleftrightarrow arrow.l.r
    cancel cancel boxed framed phantom phantom hphantom phantom vphantom phantom
    mathcal cal mathscr scr mathfrak frak frak frak mathbb bb Bbb bb mathbbm bb
    mathds bb boldsymbol bold bm bold pmb bold mathnormal italic mathop limits""")
FORMS = {name: f"{function}({{a}})" for name, function in _ONE_ARGUMENT.items()}
FORMS |= _each("text mbox hbox textrm textnormal textsf textsc textup", "words({A})")
FORMS |= _each("emph textit", "italicwords({A})")
FORMS |= _each("dfrac cfrac", "display(frac({a}, {b}))")
FORMS |= _each("tfrac sfrac nicefrac", "inline(frac({a}, {b}))")
FORMS |= _each("operatorname* operatornamewithlimits", "op({A}, limits: #true)")
FORMS |= _each("bra Bra", "lr(\\⟨ {a} \\|)") | _each("ket Ket", "lr(\\| {a} \\⟩)")
FORMS |= _each("braket Braket", "lr(\\⟨ {a} \\⟩)")
FORMS |= _each("set Set", "lr(\\{{ {a} \\}})")
FORMS |= _each("textcolor colorbox", "tinted({A}, {b})")
FORMS |= _each("hspace hspace* mspace", "#space({A})")
FORMS |= _each("mathclap mathllap mathrlap llap rlap clap mathinner vcenter", "{a}")
FORMS |= _each("require class cssId style vspace", "{A:.0}")
FORMS |= _each(  # without meaning on paper
    "nonumber notag limits nolimits allowbreak displaylimits strut mathstrut smash / "
    "relax nobreak begingroup endgroup shoveleft shoveright "
    "tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge", ""
)  # fmt: skip
FORMS |= {
    "\\,": "thin", "\\thinspace": "thin", "\\:": "med", "\\>": "med", "\\;": "thick",
    "\\quad": "quad", "\\hfill": "quad", "\\qquad": "wide", "\\!": "#h(-.1667em)",
    "\\negthinspace": "#h(-.1667em)", "\\ ": "#h(.25em)", "~": "#h(.25em)",
    "\\\n": "#h(.25em)", "\\enspace": "#h(.5em)", "\\medspace": "med",
    "\\thickspace": "thick", "\\space": "#h(.25em)", "\\enskip": "#h(.5em)",
    "\\negmedspace": "#h(-.2222em)", "\\negthickspace": "#h(-.2778em)",
    "\\frac": "frac({a}, {b})", "\\binom": "binom({a}, {b})",
    "\\dbinom": "display(binom({a}, {b}))", "\\tbinom": "inline(binom({a}, {b}))",
    "\\overbrace": "limits(overbrace({a}))", "\\underbrace": "limits(underbrace({a}))",
    "\\overset": "attach(limits({b}), t: {a})",
    "\\underset": "attach(limits({b}), b: {a})",
    "\\stackrel": 'class("relation", attach(limits({b}), t: {a}))',
    "\\underleftarrow": "attach(limits({a}), b: stretch(←))",
    "\\underrightarrow": "attach(limits({a}), b: stretch(→))",
    "\\underleftrightarrow": "attach(limits({a}), b: stretch(↔))",
    "\\bcancel": "cancel({a}, inverted: #true)",
    "\\xcancel": "cancel({a}, cross: #true)",
    "\\cancelto": "attach(cancel({b}), t: {a})", "\\fbox": "framed(words({A}))",
    "\\raisebox": "{A:.0}{b}", "\\rule": "{A:.0}{B:.0}",
    "\\textbf": "boldwords({A})", "\\texttt": "codewords({A})",
    "\\operatorname": "op({A})", "\\varliminf": 'underline(op("lim"))',
    "\\varlimsup": 'overline(op("lim"))',
    "\\varinjlim": 'attach(limits(op("lim")), b: →)',
    "\\varprojlim": 'attach(limits(op("lim")), b: ←)',
    "\\TeX": 'words("TeX")', "\\LaTeX": 'words("LaTeX")', "\\href": "#link({A})[${b}$]",
    "\\eqref": "#equation-reference({A})",
    "\\ref": "#equation-reference({A}, brackets: false)",
    # Typst takes every bar for a fence.
    "\\mathrel": 'class("relation", {a})', "\\mathbin": 'class("binary", {a})',
    "\\mathpunct": 'class("punctuation", {a})', "\\mathord": 'class("normal", {a})',
    "\\mathopen": 'class("opening", {a})',
    "\\mathclose": 'class("closing", {a})', "|": 'class("normal", \\|)',
    "\\vert": 'class("normal", \\|)', "\\|": 'class("normal", ‖)',
    "\\Vert": 'class("normal", ‖)', "\\lvert": 'class("opening", \\|)',
    "\\rvert": 'class("closing", \\|)', "\\lVert": 'class("opening", ‖)',
    "\\rVert": 'class("closing", ‖)',
    "\\bmod": 'class("binary", op("mod"))', "\\mod": 'quad op("mod") thin {a}',
    "\\pod": "quad \\( {a} \\)", "\\pmod": 'quad \\( op("mod") thin {a} \\)',
    "\\idotsint": "∫ ⋯ ∫",
    "-": "\N{MINUS SIGN}", "*": "\N{ASTERISK OPERATOR}",
    **{name: f"bb({name[-1]})" for name in ("\\R", "\\N", "\\Z", "\\Q", "\\C")},
}  # fmt: skip
# Alphabets in which a word is a name, not a product of letters.
WORD_FONTS = _pairs("mathrm upright mathbf bold mathit italic mathsf sans mathtt mono")
# Commands that act on the rest of their group.
SWITCHES = _pairs("""
    displaystyle display textstyle inline scriptstyle script scriptscriptstyle sscript
    bf bold rm upright it italic sf sans tt mono cal cal""")
ARROWS = _pairs("""
    xrightarrow → xleftarrow ← xRightarrow ⇒ xLeftarrow ⇐ xleftrightarrow ↔
    xmapsto ↦ xLeftrightarrow ⇔ xhookrightarrow ↪ xhookleftarrow ↩ xlongequal =
    xtwoheadrightarrow ↠ xtwoheadleftarrow ↞ xrightharpoonup ⇀ xrightharpoondown ⇁
    xleftharpoonup ↼ xleftharpoondown ↽ xrightleftharpoons ⇌ xleftrightharpoons ⇋
    xtofrom ⇄""")
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
    "arg deg dim hom ker sgn erf injlim projlim", ""
) | _each(
    "lim max min sup inf liminf limsup det gcd Pr argmax argmin", ", limits: #true"
)  # fmt: skip
# HTML's names for characters are those of TeX and the AMS, but for these.
_SYMBOLS = _pairs("""
    epsilon ϵ varepsilon ε phi ϕ varphi φ neq ≠ ne ≠ leqslant ⩽ geqslant ⩾ lll ⋘ ggg ⋙
    npreceq ⋠ nsucceq ⋡ nleqslant ≰ ngeqslant ≱ Doteq ≑ models ⊨ asymp ≍ preceq ≼
    succeq ≽ perp ⟂ Join ⋈ owns ∋ lhd ⊲ rhd ⊳ unlhd ⊴ unrhd ⊵ triangleleft ⊲
    triangleright ⊳ to → gets ← implies ⟹ impliedby ⟸ iff ⟺ leadsto ⤳ restriction ↾
    dashrightarrow ⇢ dashleftarrow ⇠ land ∧ lor ∨ neg ¬ lnot ¬ setminus ∖ ast ∗ star ⋆
    circ ∘ cdot ⋅ cdotp ⋅ centerdot ⋅ oslash ⊘ amalg ∐ boxdot ⊡ bigcirc ○ triangle △
    vartriangle △ triangledown ▽ square □ Box □ blacksquare ■ qed □ Diamond ◇
    diamondsuit ♢ heartsuit ♡ iint ∬ oiint ∯ oiiint ∰ exists ∃ infty ∞ partial ∂
    varnothing ∅ reals ℝ hslash ℏ surd √ degree ° S § P ¶ dag † ddag ‡ pounds £
    copyright © i ı j ȷ ldots … cdots ⋯ vdots ⋮ ddots ⋱ dots … dotsb ⋯ dotsc … dotsm ⋯
    dotsi ⋯ dotso … coloneqq ≔ eqqcolon ≕ colon : backslash \\ lbrack [ rbrack ]
    varGamma 𝛤 varDelta 𝛥 varTheta 𝛩 varLambda 𝛬 varXi 𝛯 varPi 𝛱 varSigma 𝛴
    varUpsilon 𝛶 varPhi 𝛷 varPsi 𝛹 varOmega 𝛺 Bbbk 𝕜 Finv Ⅎ Game ⅁ diagup ╱ diagdown ╲
    intop ∫ smallint ∫ sphericalangle ∢ smallfrown ⌢ smallsmile ⌣ doublecap ⋒ doublecup
    ⋓ ngeqq ≱ nleqq ≰ nsubseteqq ⊈ nsupseteqq ⊉ varsubsetneq ⊊ varsupsetneq ⊋
    varsubsetneqq ⫋ varsupsetneqq ⫌ lvertneqq ≨ gvertneqq ≩ gggtr ⋙ llless ⋘
    vcentcolon : ordinarycolon : dblcolon ∷ coloncolon ∷ ldotp . lparen ( rparen ) lq ‘
    rq ’ AA Å llbracket ⟦ rrbracket ⟧ mathsterling £ mathellipsis …
    langle ⟨ rangle ⟩ lgroup ⟮ rgroup ⟯ lbrace { rbrace }""")  # noqa: RUF001


def symbol(command: str) -> str:
    r"""Return Typst's maths for a symbol or function, or '' if a command is neither.

    Examples
    --------
    >>> symbol(r"\sum"), symbol(r"\max"), symbol(r"\nosuch")
    ('∑', 'op("max", limits: #true)', '')
    """
    if command in _OPERATORS:
        return f"op({string(command[1:])}{_OPERATORS[command]})"
    sign = _SYMBOLS.get(command) or html5.get(f"{command[1:]};", "")
    return character(sign) if len(sign) == 1 and sign.isprintable() else ""


def character(sign: str) -> str:
    """Return one character as maths: itself, and nothing that Typst gives a meaning.

    ASCII signs have one each; brackets, even those of Unicode, must match.
    """
    special = sign.isascii() and not sign.isalnum()
    return f"\\{sign}" if special or category(sign) in ("Ps", "Pe") else sign


def negated(symbol: str) -> str:
    """Return a symbol struck out, as one character where Unicode has it."""
    struck = normalize("NFC", symbol.lstrip("\\") + "\u0338")
    return struck if len(struck) == 1 else f"cancel({symbol})"
