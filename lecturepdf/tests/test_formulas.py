"""TeX to Typst: what each command says, against other readers of TeX and by hand."""

# ruff: noqa: RUF001 - signs that look like letters are what this is about

import pytest
from pdf_tools import Printed, markdown

from lecturepdf.formulas.commands import FORMS, symbol
from lecturepdf.formulas.parser import Translator, aligned
from lecturepdf.formulas.tokens import Macros, Reader, TexError, tokenise

# What pandoc and KaTeX print for each.
GREEK = """
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ
    vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ
    sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ
    Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"""
RELATIONS = """
    le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ ll ≪ gg ≫ approx ≈ equiv ≡ sim ∼ simeq ≃ cong ≅
    propto ∝ in ∈ ni ∋ notin ∉ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ perp ⟂
    parallel ∥ mid ∣ nmid ∤ models ⊨ vdash ⊢ dashv ⊣ asymp ≍ doteq ≐ prec ≺ succ ≻
    preceq ≼ succeq ≽ sqsubseteq ⊑ sqsupseteq ⊒ bowtie ⋈ smile ⌣ frown ⌢ triangleq ≜
    leqslant ⩽ geqslant ⩾ lesssim ≲ gtrsim ≳ subsetneq ⊊ supsetneq ⊋ vDash ⊨ Vdash ⊩
    trianglelefteq ⊴ lll ⋘ ggg ⋙"""
ARROWS = """
    to → gets ← rightarrow → leftarrow ← Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔
    leftrightarrow ↔ mapsto ↦ longrightarrow ⟶ Longrightarrow ⟹ implies ⟹ iff ⟺
    longmapsto ⟼ uparrow ↑ downarrow ↓ Uparrow ⇑ Downarrow ⇓ updownarrow ↕ nearrow ↗
    searrow ↘ swarrow ↙ nwarrow ↖ hookrightarrow ↪ rightleftharpoons ⇌
    rightharpoonup ⇀ twoheadrightarrow ↠ leadsto ⤳ upharpoonright ↾"""
OPERATIONS = """
    cdot ⋅ times × div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ ominus ⊖
    otimes ⊗ oslash ⊘ odot ⊙ dagger † ddagger ‡ amalg ∐ cap ∩ cup ∪ setminus ∖ wedge
    ∧ vee ∨ land ∧ lor ∨ neg ¬ lnot ¬ sqcap ⊓ sqcup ⊔ uplus ⊎ wr ≀ bigcirc ○ diamond
    ⋄ triangleleft ⊲ triangleright ⊳ ltimes ⋉ rtimes ⋊ boxplus ⊞ boxtimes ⊠"""
BIG = """
    sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigvee ⋁
    bigwedge ⋀ bigoplus ⨁ bigotimes ⨂ bigodot ⨀ biguplus ⨄ bigsqcup ⨆"""
OTHERS = """
    forall ∀ exists ∃ nexists ∄ emptyset ∅ varnothing ∅ infty ∞ partial ∂ nabla ∇
    hbar ℏ ell ℓ Re ℜ Im ℑ wp ℘ aleph ℵ beth ℶ imath ı jmath ȷ prime ′ angle ∠
    triangle △ square □ blacksquare ■ Box □ Diamond ◇ lozenge ◊ bigstar ★ top ⊤ bot
    ⊥ ldots … cdots ⋯ vdots ⋮ ddots ⋱ dots … lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉
    langle ⟨ rangle ⟩ clubsuit ♣ heartsuit ♡ spadesuit ♠ diamondsuit ♢ flat ♭
    natural ♮ sharp ♯ checkmark ✓ therefore ∴ because ∵ complement ∁ backslash \\
    surd √ lbrace { rbrace } colon : S § P ¶ copyright © pounds £ degree °"""
MORE = """
    varGamma 𝛤 varDelta 𝛥 varTheta 𝛩 varLambda 𝛬 varPhi 𝛷 varOmega 𝛺 Finv Ⅎ Game ⅁
    diagup ╱ diagdown ╲ intop ∫ sphericalangle ∢ smallfrown ⌢ smallsmile ⌣ doublecap ⋒
    doublecup ⋓ ngeqq ≱ nleqq ≰ nsubseteqq ⊈ nsupseteqq ⊉ varsubsetneq ⊊ varsupsetneq ⊋
    varsubsetneqq ⫋ varsupsetneqq ⫌ lvertneqq ≨ gvertneqq ≩ gggtr ⋙ llless ⋘ dblcolon ∷
    vcentcolon : ldotp . llbracket ⟦ rrbracket ⟧ mathsterling £ mathellipsis … AA Å"""
FUNCTIONS = (
    "log ln lg exp sin cos tan cot sec csc sinh cosh tanh arcsin arccos arctan arg "
    "deg dim hom ker det gcd inf sup max min lim liminf limsup Pr argmax argmin"
)
SIGNS = " ".join([GREEK, RELATIONS, ARROWS, OPERATIONS, BIG, OTHERS, MORE]).split()


def typst(tex):
    return aligned(Translator(Macros().expand(tex)).translate())


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        ("x^2_i", "attach(x, t: 2, b: i)"),
        ("x_{ij}", "attach(x, b: i j)"),
        ("f''(x)", r"attach(f, t: ″) \( x \)"),
        ("f'^2", "attach(f, t: ′ 2)"),
        ("12.5", "12.5"),
        ("1{,}5", r'1 class("normal", \,) 5'),
        ("a-b*c", "a \N{MINUS SIGN} b \N{ASTERISK OPERATOR} c"),
        ("a := b", "a ≔ b"),
        (r"\frac12", "frac(1, 2)"),
        (r"\frac\alpha{b+c}", r"frac(α, b \+ c)"),
        (r"\sqrt[3]{x}", "root(3, x)"),
        (r"\sqrt x", "sqrt(x)"),
        (r"{a \over b} {a+b}", r"frac(a, b) a \+ b"),
        (r"\scriptstyle i \atop {\scriptstyle j > 0}",
         r"mat(script(i); script(j \> 0))"),
        (r"{n \brace k}", r"lr(\{ mat(n; k) \})"),
        (r"{n \brack k}", r"lr(\[ mat(n; k) \])"),
        (r"\displaylines{a \cr b}", r'class("normal", a \ b)'),
        (r"x \begin{aligned} a &= b & c \\ &= d \end{aligned}",
         'x mat(column-gap: #0pt, row-gap: #.5em, display( a) &, & display("" \\= b), '
         'display(#h(2em) c) &; display( "") &, & display("" \\= d))'),
        (r"x \begin{gathered} a \\ b \end{gathered}",
         "x mat(column-gap: #0pt, row-gap: #.5em, display( a); display( b))"),
        (r"\hat{\mathbf{x}}", "hat(upright(bold(x)))"),
        (r"\mathrm{Tr} A", 'closedup(upright("Tr")) A'),
        (r"\mathrm d x", "upright(d) x"),
        (r"\mathbb R", "bb(R)"),
        (r"{\bf a} b", "bold(a) b"),
        (r"\text{a\_b \% c}", 'words("a_b % c")'),
        (r"\text{if $x$ so}", 'words("if ") x words(" so")'),
        (r"\operatorname*{arg max}_k", 'attach(op("arg max", limits: #true), b: k)'),
        (r"\lim_{x\to0}", 'attach(op("lim", limits: #true), b: x → 0)'),
        (r"\sum\nolimits_i", "attach(scripts(∑), b: i)"),
        (r"\left( x \middle| y \right]", r"lr(\( x mid(\|) y \])"),
        (r"\left. x \right|_0", r'attach(lr("" x \|), b: 0)'),
        (r"\bigl(", r'class("opening", lr(size: #1.2em, \())'),
        (r"|x|", r'class("normal", \|) x class("normal", \|)'),
        (r"\lVert x", 'class("opening", ‖) x'),
        (r"\not=", "≠"),
        (r"\not\in", "∉"),
        (r"\textcolor{red}{x}", 'tinted("red", x)'),
        (r"a \color{red} b", 'a tinted("red", b)'),
        (r"\xrightarrow[n]{f}", 'class("relation", attach(limits(stretch(→, size: '
         "#(100% + 1em))), t: f, b: n))"),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", r"a & \= b \  & \= c"),
        (r"\begin{eqnarray} a & = & b \end{eqnarray}", r"a & \= b"),
        (r"\begin{pmatrix} a & b \\ c \end{pmatrix}",
         r"lr(\( mat(inline(a), inline(b); inline(c)) \))"),
        (r"\begin{cases} a & b \end{cases}",
         r'lr(\{ mat(& inline(a), & inline(b)) "")'),
        (r"\begin{smallmatrix} a \end{smallmatrix}", "inline(mat(a))"),
        (r"\begin{array}{r|l} a & b \\ \hline c & d \end{array}",
         "mat(augment: #(hline: (1,), vline: (1,), stroke: .5pt), inline(a) &, "
         "& inline(b); inline(c) &, & inline(d))"),
        (r"\begin{array}{|c|} \hline a \\ \hline \end{array}",
         'ruled(#("top", "bottom", "left", "right",), mat(inline(a)))'),
        (r"\begin{array}{*{2}{l}} a & b \end{array}",
         "mat(& inline(a), & inline(b))"),
        (r"\begin{array}{c*{2}{|c}} a & b & c \end{array}",
         "mat(augment: #(hline: (), vline: (1, 2,), stroke: .5pt), "
         "inline(a), inline(b), inline(c))"),
        (r"\begin{array}{@{}p{2cm}} a \end{array}", "mat(& inline(a))"),
        (r"a \\[2ex] b", r"a \ b"),
        (r"x % comment", "x"),
        (r"\phantom{x}", "phantom(x)"),
        (r"\left\langle x \right.", r'lr(\⟨ x "")'),
        (r"\left<x\right>", r"lr(\⟨ x \⟩)"),
        (r"\kern-1.5em x", '#space("-1.5em") x'),
        (r"\pmatrix{a & b \cr c & d}",
         r"lr(\( mat(inline(a), inline(b); inline(c), inline(d)) \))"),
        (r"\sum_{\substack{i \\ j}}", r'attach(∑, b: class("normal", i \ j))'),
        ("", ""),
    ],
)  # fmt: skip
def test_translation(tex, expected):
    assert typst(tex) == expected


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\frac{a", "never closed"),
        ("a}", "out of place"),
        (r"\left(", "ends too early"),
        (r"x & \frac{&}{b}", "& is out of place"),
        ("x & y", "& is out of place"),
        ("x^2^3", "without braces"),
        (r"\begin{pmatrix} a", "ends too early"),
        (r"\begin{pmatrix} a \end{bmatrix}", "has no"),
        (r"\begin{what} a \end{what}", "unknown environment what"),
        ("{" * 70 + "}" * 70, "too deeply"),
        ("x_", "ends too early"),
    ],
)
def test_refusal(tex, reason):
    with pytest.raises(TexError, match=reason):
        Translator(tokenise(tex)).translate()


def test_an_unknown_command_costs_no_more_than_itself():
    translator = Translator(tokenise(r"a + \nosuch b"))
    (row,) = translator.translate()
    assert row.cells == [r'a \+ unknowncommand("\\nosuch") b']
    assert translator.problems == [r"unknown command \nosuch"]


@pytest.mark.parametrize(
    ("tex", "expanded"),
    [
        (r"\newcommand{\R}{\mathbb R}\R", r"\mathbb R"),
        (r"\newcommand\R{r}\R", "r"),
        (r"\newcommand{\f}[2][x]{#2#1}\f{a}\f[y]{b}", "axby"),
        (r"\renewcommand{\a}{b}\a", "b"),
        (r"\def\p#1#2{#2#1}\p{a}{b}", "ba"),
        (r"\let\e=\varepsilon\e", r"\varepsilon"),
        (r"\DeclareMathOperator{\tr}{tr}\tr", r"\operatorname{tr}"),
        (r"\DeclareMathOperator*{\am}{am}\am", r"\operatorname*{am}"),
        (r"\def\a{\b}\def\b{c}\a", "c"),
    ],
)
def test_macros(tex, expanded):
    assert "".join(Macros().expand(tex)) == expanded


def test_a_macro_that_calls_itself_is_refused():
    for tex in (r"\def\a{\a}\a", r"\def\a{x\a\a}\a"):
        with pytest.raises(TexError, match="never ends"):
            Macros().expand(tex)


@pytest.mark.parametrize("tex", [r"\tag{A}", r"\tag*{A}", r"\tag*{(A)}"])
def test_tags(tex):
    (row,) = Translator(tokenise(f"x {tex}")).translate()
    assert row == (["x"], "A", ())


def test_macros_hold_in_later_cells():
    printed = Printed(
        markdown(r"$\newcommand{\loss}{\mathcal{L}}$"), markdown(r"Loss: $\loss$")
    )
    assert printed.messages == []
    assert "\N{SCRIPT CAPITAL L}" in printed.text


def test_every_symbol_and_every_command_can_be_set():
    arguments = "{x}{y}"
    commands = [f"\\{name}" for name in SIGNS[::2] + FUNCTIONS.split()] + list(FORMS)
    formulas = [f"$a {command}{arguments}$" for command in commands]
    formulas.append(r"$$ b \label{x} $$")  # for \ref{x}
    printed = Printed(*[markdown(formula) for formula in formulas])
    assert printed.messages == []


def test_symbols_are_those_of_other_readers_of_tex():
    for name, sign in zip(SIGNS[::2], SIGNS[1::2], strict=True):
        assert symbol(f"\\{name}") in (sign, f"\\{sign}"), name


@pytest.mark.parametrize("name", ["half2", "nosuch", "Tab", "NewLine", "bne", "Alpha2"])
def test_what_is_no_symbol_is_none(name):
    assert symbol(f"\\{name}") == ""


def test_a_reader_finds_an_option_only_where_one_is():
    reader = Reader(tokenise("[a]{b}[c"))
    assert (reader.option(), reader.text(), reader.option()) == ("a", "b", None)
