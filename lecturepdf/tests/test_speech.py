"""Formulas in words: what is heard, and that no two formulas sound alike."""

import pytest
from pdf_tools import Printed, markdown
from test_accessibility import elements

from lecturepdf.formulas.speech import speech
from lecturepdf.formulas.tokens import joined, tokenise


@pytest.mark.parametrize(
    ("tex", "heard"),
    [
        (r"p \leftarrow p - \eta\, g", "p left arrow p minus eta g"),
        (r"|x| + |y - 1|", "absolute value of x plus absolute value of, y minus 1, "
         "end absolute value"),
        (r"\left|\psi\right\rangle", "vertical bar psi right angle"),
        ("10^{-16} < 0.25", "10 to the power, negative 16, end exponent is less than "
         "0.25"),
        (r"\sum_{i=1}^{n} x_{i}", "sum from i equals 1 to n of x sub i"),
        (r"\lim_{x \to 0} f \to 3", "limit as x tends to 0 of f to 3"),
        (r"x^\top y^*", "x transpose y star"),
        (r"\ce{2H2O}", "2 H sub 2 O"),
        (r"a \tag{FF2} \label{x}", "a (FF2)"),
        (r"\text{cost|loss}_\mathrm{old}", "cost|loss sub old"),
        (r"\color{red} x \hspace{1em} \bbox[5px]{y}", "x y"),
        ("a\nb", "a b"),
        ("x² + y₁", "x squared plus y sub 1"),
        (r"a \\* b", "a; b"),
        (r"\verb|a_b| \root 3 \of x", "a_b cube root of x"),
        (r"\text{left\hspace{1em}right \textcolor{red}{hot}}", "left right hot"),
        (r"\begin{cases*} 1 & if $t > 0$ \\ 0 & else \end{cases*}", "cases: case 1: "
         "1, if t is greater than 0; case 2: 0, else"),
        (r"a \\[1ex] b", "a; b"),
        (r"\begin{aligned}[t] a &= b \end{aligned}", "a equals b"),
        (r"\left[\begin{array}{c|c} 1 & 2 \end{array}\right]", "open bracket 1, 2 "
         "close bracket"),
        (r"\paireddelimiter{\lvert}{\rvert}*{x}", "absolute value of x"),
        (r"a \bmod n, \nicefrac{1}{2}", "a mod n comma 1 over 2"),
        (r"\operatorname*{arg\,max}_x f'' + \operatorname{\mathbf{rank}^{-1}} A", "arg "
         "max sub x f double prime plus bold rank to the power, negative 1, end "
         "exponent A"),
        (r"\begin{bmatrix} a \\ [c] \end{bmatrix}", "matrix 2 by 1: row 1: a; row 2: "
         "open bracket c close bracket"),
        (r"\|x\|_2 + \|y\|", "double bar x double bar sub 2 plus norm of y"),
        (r"\|x - y\|", "norm of, x minus y, end norm"),
        (r"\left|x\right|^2", "vertical bar x vertical bar squared"),
        (r"A^+ x_- + \lim_{x \to 0^+}", "A to the power, plus, end exponent x sub "
         "negative plus limit as x tends to 0 from the right of"),
        (r"\ce{H3C-OH + OH-}", "H sub 3 C - OH plus OH to the power, negative, end "
         "exponent"),
        (r"\mathbb 1_A + \mathfrak{g} + {\cal L}", "double-struck 1 sub A plus fraktur "
         "g plus script L"),
        (r"\check x + \underline{x + y}", "x caron plus group x plus y end group "
         "underlined"),
        (r"\text{a\(x^2\) \textcolor{red}{b $y^2$} \fcolorbox{red}{blue}{c}}", "a x "
         "squared b y squared c"),
        (r"\bigoplus_i V + \mathtt{code}", "circled plus sub i V plus code"),
        ("y''''", "y to the triple prime prime"),
        (r"x \tag*{(3)}", "x (3)"),
        (r"\in\,[0] \quad [a] \displaystyle [b]", "is in open bracket 0 close bracket "
         "open bracket a close bracket open bracket b close bracket"),
        (r"|a|^2 + |b||c| + ||d||", "vertical bar a vertical bar squared plus absolute "
         "value of b absolute value of c plus norm of d"),
        (r"\langle a|H|b \rangle + \langle |c| \rangle", "left angle a vertical bar H "
         "vertical bar b right angle plus left angle absolute value of c right angle"),
        (r"x_{\rm max} + \textbf{y} \overset{!}{=} \exists! z", "x sub max end sub "
         "plus bold y equals with ! above there exists exactly one z"),
        (r"x_{\mathbf{a}}{b} + \frac{\text{c}_d}{e}", "x sub bold a b plus fraction, c "
         "sub d, over e, end fraction"),
        (r"\mathrm{arg\,min}_x \mathrm{ ms}", "arg min sub x ms"),
        (r"x^\frac12 y", "x to the power, 1 over 2, end exponent y"),
        (r"X ⫫ Y \text{ in \LaTeX}", "X is independent of Y in LaTeX"),
        (r"\mathmakebox[2em][c]{x} \textcolor[rgb]{1,0,0}{y} \,*z", "x y times z"),
        (r"\begin{bmatrix} [c] \end{bmatrix}", "matrix 1 by 1: row 1: open bracket c "
         "close bracket"),
        (r"\begin{multlined}[t][5cm] a \end{multlined}", "a"),
        (r"\text{a\kern1em b\textbackslash\textasciitilde\textbar \verb|c_d|}",
         "a b\N{SET MINUS} tilde |c_d"),
    ],
)  # fmt: skip
def test_what_is_heard(tex, heard):
    assert speech(tex, "en") == heard


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "it", "pt-BR", "nl"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x_{a+b}", "x_a + b"),
        ("x_{i^2}", "x_i^2"),
        ("x_{ij}", "x_i j"),
        (r"\overline{AB}", r"A \bar B"),
        (r"\hat{a + b}", r"a + \hat b"),
        (r"\mathbf{x}", "x"),
        (r"{\bf x}", "x"),
        (r"\mathcal{L}", "L"),
        ("p(x|y)", r"p(\bar x y)"),
        (r"p(x \mid y)", r"p(\bar x y)"),
        (r"\langle a | b \rangle + | c \rangle", r"\langle \bar a b \rangle + c"),
        (r"\frac{a}{b} + c", r"\frac{a}{b + c}"),
        (r"\sqrt{x} + 1", r"\sqrt{x + 1}"),
        (r"\sqrt{x}^2", r"\sqrt{x^2}"),
        (r"\frac{a}{b}^2", r"\frac{a}{b^2}"),
    ],
)
def test_formulas_that_differ_sound_different(one, other, language):
    assert speech(one, language) != speech(other, language)


def test_a_language_without_words_of_its_own_is_spoken_all_the_same():
    assert speech(r"\frac{a}{2}", "ja") == "2 分の a"
    assert speech(r"\frac{a}{2}", "sv") == speech(r"\frac{a}{2}", "en")
    assert speech("x_{ij}", "de") == "x Index i j Ende Index"


@pytest.mark.parametrize("tex", [r"\nosuch{x}", r"\frac{a", r"\left( x", r"a \E"])
def test_what_cannot_be_said_is_not_guessed(tex):
    assert speech(tex, "en") == ""


def test_a_pdf_holds_the_words():
    source = (
        r"$\newcommand{\cost}{C}$ $\cost_0$"
        "\n\n"
        r"\begin{align} a &= b \tag{1} \\ c &= \frac{1}{d} \tag{2} \end{align}"
        "\n\n"
        r"$a \stackbin{x}{+} b$"
    )
    printed = Printed(markdown(source))
    tree = elements(printed.reader.trailer["/Root"]["/StructTreeRoot"])
    heard = [e["/Alt"] for e in tree if e["/S"] == "/Formula"]
    assert heard[0] == "C sub 0"
    assert [words for words in heard[1:-1] if words.strip()] == [
        "a equals b (1)", "c equals 1 over d (2)",
    ]  # fmt: skip
    assert heard[-1].startswith(r"a \stackbin")  # no words: its TeX, and a fault
    [message] = printed.messages
    assert "cannot be put into words" in message


@pytest.mark.parametrize(
    "tex",
    [
        r"a_{b+c}^d \left[ e \right]_f \, [g] \quad (h) |j| \|k\|_l ||m|| n'",
        r"\frac{a}{b} \sqrt[c]{d} \hat{e} \underline{f} \mathbf{g} {\rm hi} \text{$k$}",
        r"\pmatrix{a & [b] \cr [c] & d} \overset{e}{f}",
        r"\sum_{a=b}^{c} \lim_{d \to e} \underbrace{h}_{i} \xrightarrow[j]{k}",
        r"\operatorname*{bc}_d \mathop{\rm e}f \bra{h} \ket{i} \tag{g}",
        r"\bigl(d\bigr) \boxed{e} \cancel{f} \ce{G2H^+} \pu{3 m}",
    ],
)
def test_every_letter_and_sign_is_heard(tex):
    tokens = tokenise(tex)
    for at, token in enumerate(tokens):
        if token.isalnum() or token in "+-=()":
            other = [*tokens[:at], "z" if token.isalnum() else ",", *tokens[at + 1 :]]
            assert speech(joined(other), "en") != speech(tex, "en"), (token, at)
