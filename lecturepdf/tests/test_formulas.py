"""TeX to Typst: what each command says, against other readers of TeX and by hand."""

# ruff: noqa: RUF001 - signs that look like letters are what this is about

import pytest
from pdf_tools import Printed, markdown

from lecturepdf.formulas.chemistry import chemistry, unit
from lecturepdf.formulas.commands import FORMS, symbol
from lecturepdf.formulas.macros import Macros
from lecturepdf.formulas.parser import Translator
from lecturepdf.formulas.tables import aligned
from lecturepdf.formulas.tokens import Reader, TexError, joined, tokenise

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
    preceq ⪯ succeq ⪰ sqsubseteq ⊑ sqsupseteq ⊒ bowtie ⋈ smile ⌣ frown ⌢ triangleq ≜
    leqslant ⩽ geqslant ⩾ lesssim ≲ gtrsim ≳ subsetneq ⊊ supsetneq ⊋ vDash ⊨ Vdash ⊩
    trianglelefteq ⊴ lll ⋘ ggg ⋙"""
ARROWS = """
    to → gets ← rightarrow → leftarrow ← Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔
    leftrightarrow ↔ mapsto ↦ longrightarrow ⟶ Longrightarrow ⟹ implies ⟹ iff ⟺
    longmapsto ⟼ uparrow ↑ downarrow ↓ Uparrow ⇑ Downarrow ⇓ updownarrow ↕ nearrow ↗
    searrow ↘ swarrow ↙ nwarrow ↖ hookrightarrow ↪ rightleftharpoons ⇌
    rightharpoonup ⇀ twoheadrightarrow ↠ leadsto ⇝ upharpoonright ↾"""
OPERATIONS = """
    cdot ⋅ times × div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet • oplus ⊕ ominus ⊖
    otimes ⊗ oslash ⊘ odot ⊙ dagger † ddagger ‡ amalg ⨿ cap ∩ cup ∪ setminus ∖ wedge
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
    lbrace { rbrace } colon : S § P ¶ copyright © pounds £ degree °"""
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
        (r"{\bf a} b", "upright(bold(a)) b"),
        (r"\text{a\_b \% c}", 'words("a_b % c")'),
        (r"\text{if $x$ so}", 'words("if ") x words(" so")'),
        (r"\operatorname*{arg max}_k", 'attach(op("arg max", limits: #true), b: k)'),
        (r"\lim_{x\to0}", 'attach(op("lim", limits: #true), b: x → 0)'),
        (r"\sum\nolimits_i", "attach(scripts(∑), b: i)"),
        (r"\left( x \middle| y \right]", r"lr(\( x mid(\|) y \])"),
        (r"\left. x \right|_0", r'attach(lr("" x \|), b: 0)'),
        (r"\bigl(", r'class("opening", stretch(\(, size: #1.2em))'),
        (r"|x|", r'class("normal", \|) x class("normal", \|)'),
        (r"\lVert x", 'class("opening", ‖) x'),
        (r"\not=", "≠"),
        (r"\not\in", "∉"),
        (r"\textcolor{red}{x}", 'tinted("red", x)'),
        (r"a \color{red} b", 'a tinted("red", b)'),
        (r"\xrightarrow[n]{f}", 'class("relation", attach(stretch(→, size: '
         "#(100% + .7em)), t: f, b: n))"),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}",
         r'a & "" \= b \  & "" \= c'),
        (r"\begin{eqnarray} a & = & b \end{eqnarray}", r'a & "" \= b'),
        (r"\begin{pmatrix} a & b \\ c \end{pmatrix}",
         r"lr(\( mat(inline(a), inline(b); inline(c)) \))"),
        (r"\begin{cases} a & b \end{cases}",
         r'lr(\{ mat(& inline(a), & inline(b)) "")'),
        (r"\begin{smallmatrix} a \end{smallmatrix}",
         "inline(mat(column-gap: #.5em, row-gap: #.25em, script(a)))"),
        (r"\begin{array}{r|l} a & b \\ \hline c & d \end{array}",
         "#h(.25em) mat(row-gap: #.7em, augment: "
         "#(hline: (1,), vline: (1,), stroke: .5pt), "
         "inline(a) &, & inline(b); inline(c) &, & inline(d)) #h(.25em)"),
        (r"\begin{array}{|c|} \hline a \\ \hline \end{array}",
         '#h(.25em) ruled(#("top", "bottom", "left", "right",), '
         "mat(row-gap: #.7em, inline(a))) #h(.25em)"),
        (r"\begin{array}{*{2}{l}} a & b \end{array}",
         "#h(.25em) mat(& inline(a), & inline(b)) #h(.25em)"),
        (r"\begin{array}{c*{2}{|c}} a & b & c \end{array}",
         "#h(.25em) mat(augment: #(hline: (), vline: (1, 2,), stroke: .5pt), "
         "inline(a), inline(b), inline(c)) #h(.25em)"),
        (r"\begin{array}{@{}p{2cm}} a \end{array}",
         '#h(.25em) mat(& inline(words("a"))) #h(.25em)'),
        (r"\begin{array}{w{r}{1cm}l} a & b \end{array}",
         "#h(.25em) mat(inline(a) &, & inline(b)) #h(.25em)"),
        (r"a \\[2ex] b", r'a#deeper("2ex") \ b'),
        (r"\left\uparrow a \right.", 'lr(class("fence", ↑) a "")'),
        (r"\cases{a & b}", r'lr(\{ mat(& inline(a), & inline(words("b"))) "")'),
        (r"\textit{\textup{a}}", 'words("a", style: "normal")'),
        (r"\operatorname{\star-a}", 'op(upright(⋆ words("-") a))'),
        (r"\intop_a", "attach(limits(∫), b: a)"),
        (r"\coloneq", 'class("relation", : −)'),
        (r"\text{\unicode{x61}}", "upright(a)"),
        (r"x % comment", "x"),
        (r"\phantom{x}", "phantom(x)"),
        (r"\left\langle x \right.", r'lr(\⟨ x "")'),
        (r"\left<x\right>", r"lr(\⟨ x \⟩)"),
        (r"\kern-1.5em x", '#space("-1.5em") x'),
        (r"\pmatrix{a & b \cr c & d}",
         r"lr(\( mat(inline(a), inline(b); inline(c), inline(d)) \))"),
        (r"\sum_{\substack{i \\ j}}", r'attach(∑, b: script(class("normal", i \ j)))'),
        (r"{\sf u} {\rm a b}", "upright(sans(u)) upright(a b)"),
        (r"{\large x} y", "sized(#1.2, x) y"),
        (r"\text{f\"ur \'{\i} \c c \ss}", 'words("für í ç ß")'),
        (r"\text{a\hspace{1em}\textcolor{red}{b}}",
         'words("a") #space("1em") words("b", fill: #colour("red"))'),
        (r"\text{a \textbf{b \emph{c}} {\it d}}",
         'words("a ") words("b ", weight: "bold") words("c", weight: "bold", '
         'style: "italic") words(" ") words("d", style: "italic")'),
        (r"\mbox{\texteuro\ 5\%}", 'words("€\N{NO-BREAK SPACE}5%")'),
        (r"\textcolor[rgb]{0.8,0,0}{w}", 'tinted("#cc0000", w)'),
        (r"\color[HTML]{0000FF} v", 'tinted("#0000ff", v)'),
        (r"\color[RGB]{0,128,255} v", 'tinted("#0080ff", v)'),
        (r"\definecolor{mine}{gray}{.5}\color{mine} v", 'tinted("#808080", v)'),
        (r"\cfrac[l]{1}{2}", 'continued("l", 1, 2)'),
        (r"\smash[b]{y}", 'class("normal", y)'),
        (r"\begin{aligned}[t] p &= 1 \end{aligned}", r'p & "" \= 1'),
        (r"\begin{cases*} 1 & if $t > 0$ \end{cases*}",
         r'lr(\{ mat(& inline(1), & inline(words("if ") t \> 0)) "")'),
        (r"\begin{bmatrix*}[r] 1 & 2 \end{bmatrix*}",
         r"lr(\[ mat(inline(1) &, inline(2) &) \])"),
        (r"\Big( \bigg|", r'class("normal", stretch(\(, size: #1.8em)) '
         r'class("normal", stretch(\|, size: #2.4em))'),
        (r"\underset{a}{Y}^2",
         'attach(class("normal", attach(limits(Y), b: a)), t: 2)'),
        ("x²+y₁₀", r"attach(x, t: 2) \+ attach(y, b: 1 0)"),
        (r"a \\* b", r"a \ b"),
        (r"\alpha*b", "α \N{ASTERISK OPERATOR} b"),
        (r"\operatorname{arg\,max}",
         'op(upright(closedup(upright("arg")) thin closedup(upright("max"))))'),
        (r"\limsup", 'op("lim\u2009sup", limits: #true)'),
        (r"\surd", 'class("normal", "√")'),
        (r"\rule[1pt]{2em}{1ex}", 'filled("1pt", "2em", "1ex")'),
        (r"\genfrac{(}{]}{0pt}{1}{n}{k}", r"inline(lr(\( mat(n; k) \]))"),
        (r"\genfrac{}{}{}{}{n}{k}", "frac(n, k)"),
        (r"\sideset{_1^2}{_3'}\sum_i",
         "attach(∑, b: i, bl: 1, tl: 2, br: 3, tr: ′)"),
        (r"\bbox[yellow, 3px]{x}", 'tile(fill: "yellow", inset: "3px", x)'),
        (r"\enclose{circle,updiagonalstrike}{x}", 'cancel(enclosed("circle", x))'),
        (r"\verb|a_b|", 'codewords("a_b")'),
        (r"\root 3 \of x", "root(3, x)"),
        (r"\buildrel d \over =",
         r'class("relation", attach(limits(\=), t: d))'),
        (r"\unicode{x263a} \unicode{9786}", "☺ ☺"),
        (r"\begin{CD} A @>f>> B \\ @VgVV @| \end{CD}",
         'mat(column-gap: #.4em, row-gap: #.5em, A, acrossarrow(→, f, ""), '
         'B; downarrow(↓, g, ""), "", '
         "stretch(‖, size: #2em))"),
        (r"\ce{SO4^2-}",
         'attach(closedup(upright("SO")), t: 2 \N{MINUS SIGN}, b: 4)'),
        (r"\eqalign{a &= b \cr}", 'mat(column-gap: #0pt, row-gap: #.5em, '
         r'display( a) &, & display("" \= b))'),
        (r"\uparrow\upalpha", "↑ upright(α)"),
        (r"\Huge x \small y", "sized(#2.49, x sized(#0.341, y))"),
        (r"a \to_1^2 b =_3 c", r"a attach(scripts(→), t: 2, b: 1) b "
         r"attach(scripts(\=), b: 3) c"),
        (r"\xrightarrow{f}_2", 'attach(scripts(class("relation", attach('
         "stretch(→, size: #(100% + .7em)), t: f))), b: 2)"),
        (r"\xrightarrow{}", 'class("relation", stretch(→, size: #1.7em))'),
        (r"\text{``a''} \mbox{$\frac12$}", 'words("“a”") inline(frac(1, 2))'),
        (r"\text{a\hskip 1em b}", 'words("a") #space("1em") words(" b")'),
        (r"\begin{multline} a \\ b \tag{1} \end{multline}",
         "staggered(display(a), display(b))"),
        (r"\begin{split} a &= b & c \end{split}", r'a & "" \= b &  c'),
        (r"\begin{aligned} [a] &= b \end{aligned}", r'\[ a \] & "" \= b'),
        (r"\colorbox{red}{a}", 'tile(fill: "red", words("a"))'),
        (r"\bra{a}", r'\⟨ a class("normal", \|)'),
        ("x" + 6 * "'", "attach(x, t: ′′′′′′)"),
        (r"a \colonapprox b", 'a class("relation", : ≈) b'),
        (r"\begin{CD} A @= B \\ @. C \end{CD}",
         "mat(column-gap: #.4em, row-gap: #.5em, A, stretch(=, size: #3em), B; "
         '"", "", C)'),
        (r"{\int} + {\sum}_i \smash{\prod}",
         r"scripts(∫) \+ attach(scripts(∑), b: i)  scripts(∏)"),
        (r"\operatorname{f'}", "op(upright(attach(f, t: ′)))"),
        (r"\mathop{\mathrm{argmin}}_x",
         'attach(op(closedup(upright("argmin")), limits: #true), b: x)'),
        (r"\not\!\! D", "cancel(D, length: #1em, angle: #25deg)"),
        (r"\text{\color{red} a $x$}",
         'words(" a ", fill: #colour("red")) text(fill: #colour("red"), x)'),
        (r"\text{\Large $x$ \texttt{$y$}}",
         'text(size: #1.44em, x) words(" ", size: #1.44em) y'),
        ("‖x‖", 'class("normal", ‖) x class("normal", ‖)'),
        (r"a + \dots + b, \dots, \dots", r"a \+ ⋯ \+ b \, … \, …"),
        (r"\triangle A", 'class("normal", △) A'),
        (r"\begin{bmatrix} [c] \end{bmatrix}", r"lr(\[ mat(inline(\[ c \])) \])"),
        (r"\begin{multlined}[t][5cm] a \end{multlined}", "staggered(display(a))"),
        (r"\sideset{}{'}{\sum}_i", "attach(∑, b: i, tr: ′)"),
        (r"\begin{CD} A @. B \\ @. @VVV \\ @. C \end{CD}",
         'mat(column-gap: #.4em, row-gap: #.5em, A, "", B; "", "", '
         'downarrow(↓, "", ""); "", "", C)'),
        (r"\fcolorbox[rgb]{1,0,0}{0,1,0}{x}",
         'tile(stroke: "#ff0000", fill: "#00ff00", words("x"))'),
        (r"\fcolorbox[gray]{0}[rgb]{0,1,0}{x}",
         'tile(stroke: "#000000", fill: "#00ff00", words("x"))'),
        (r"f\colon A", 'f class("punctuation", :) A'),
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
        (r"\root 3", r"has no \\of"),
        (r"\unicode{}", "no character's number"),
        (r"\unicode[.5", "no character's number"),
        (r"\begin{CD} A @x B \end{CD}", "no arrow of a diagram"),
        (r"\ce{A <=>> B}", "arrow <=>> of chemistry is not known"),
        (r"x & \frac{&}{b}", "& is out of place"),
        ("x & y", "& is out of place"),
        ("x^2^3", "without braces"),
        (r"\begin{pmatrix} a", "ends too early"),
        (r"\begin{pmatrix} a \end{bmatrix}", "has no"),
        (r"\begin{what} a \end{what}", "unknown environment what"),
        ("{" * 70 + "}" * 70, "too deeply"),
        (r"\frac" * 400, "too deeply"),
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
    ("tex", "problem"),
    [
        (r"\cancel[red]{x}", r"the option [red] of \cancel is left out"),
        (r"\color[xyz]{1,2} x", "unknown colour [xyz] 1,2"),
        (r"\hspace{1 furlong}", "'1 furlong' is no length"),
        (r"\bbox[wide]{x}", r"the option [wide] of \bbox is left out"),
        (r"\enclose{cloud}{x}", r"\enclose{cloud} is not known"),
        (
            r"a \begin{aligned}[t] b \end{aligned}",
            "the option [t] of aligned is left out",
        ),
        (
            r"\genfrac{}{}{2pt}{}{a}{b}",
            "a fraction's rule has its own thickness, not 2pt",
        ),
        (r"a\@b", r"unknown command \@"),
        (r"\mathchoice{a}{b}{c}{d}", r"\mathchoice is set as in a display"),
        (
            r"\begin{array}{c@{x}c} a & b \end{array}",
            "what the columns have between them is left out: @{x}",
        ),
        (
            r"\begin{array}{>{\columncolor{red}}c} a \end{array}",
            r"what the columns have between them is left out: >{\columncolor{red}}",
        ),
        (r"\begin{array}[x]{c} a \end{array}", "the option [x] of array is left out"),
        (r"\style{color:red}{x}", r"what \style says is left out: color:red"),
        (r"\begin{array}{c||c} a & b \end{array}", "double rules are drawn single"),
        (
            r"\begin{array}{c} \hline\hline a \end{array}",
            "double rules are drawn single",
        ),
        (
            r"\bbox[border: 2px dotted]{x}",
            r"the border 2px dotted of \bbox is drawn solid",
        ),
        (r"\half", r"unknown command \half"),  # a sign of HTML, but not of TeX
    ],
)
def test_what_is_left_out_is_told(tex, problem):
    translator = Translator(tokenise(tex))
    shown = aligned(translator.translate())
    assert translator.problems == [problem]
    assert "[" not in shown


@pytest.mark.parametrize(
    ("tex", "expanded"),
    [
        (r"\let\old\alpha \renewcommand{\alpha}{\old_1}\alpha", r" \alpha_1"),
        (r"\def\a{x}\let\b\a\def\a{y}\a\b", "yx"),
        (r"\def\pair(#1,#2){#2#1} \pair(u,{v,w})", " v,wu"),
        (r"\def\until#1\stop{[#1]}\until a b\stop c", "[a b] c"),
        (r"\newenvironment{e}[1]{<#1}{>}\begin{e}{a}b\end{e}", "{<ab>}"),
        (r"\providecommand\a{x}\providecommand\a{y}\a", "x"),
        (r"\global\def\a{x}\a", "x"),
        (r"\def\a#1{\in#1}\a f \a{\b}", r"\in f \in\b"),
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
    assert joined(Macros().expand(tex)) == expanded


def test_a_macro_that_calls_itself_is_refused():
    for tex in (r"\def\a{\a}\a", r"\def\a{x\a\a}\a", r"\def\a#1{\a{#1#1}}\a{xyz}"):
        with pytest.raises(TexError, match="never ends"):
            Macros().expand(tex)


@pytest.mark.parametrize("tex", [r"\tag{A}", r"\tag*{(A)}"])
def test_tags(tex):
    (row,) = Translator(tokenise(f"x {tex}")).translate()
    assert row[:3] == (["x"], '"A"', ())


def test_a_tag_stands_in_brackets_beside_its_own_line():
    printed = Printed(
        markdown(r"$$x \tag*{Eq. 3}$$"),
        markdown(r"\begin{gather} a \tag{B} \\ ccc \\ d \end{gather}"),
        markdown(r"\begin{align} ee &= f \\ g &= h \tag*{Q} \end{align}"),
    )
    assert printed.messages == []
    assert "(Eq" not in printed.text
    places = [printed.text.index(sign) for sign in ("(B)", "𝑐", "ℎ", "Q")]
    assert places == sorted(places)
    assert "(Q" not in printed.text


def test_macros_hold_in_later_cells():
    printed = Printed(
        markdown(r"$\newcommand{\loss}{\mathcal{L}}$"), markdown(r"Loss: $\loss$")
    )
    assert printed.messages == []
    assert "\N{SCRIPT CAPITAL L}" in printed.text


def test_a_reference_within_text_leads_to_its_number():
    printed = Printed(
        markdown(r"$$x = 1 \label{start}$$"),
        markdown(r"$$y \text{ (by \eqref{start})}$$"),
    )
    assert printed.messages == []
    assert "(by (1))" in printed.text


def test_a_tag_within_a_line_is_told():
    [message] = Printed(markdown(r"so $x \tag{1}$ is")).messages
    assert "a tag within a line of text is left out" in message


def test_a_tag_may_hold_a_formula():
    printed = Printed(
        markdown(r"$$x = 1 \tag{$\ast$}$$ and $$y \tag{B $\alpha$} \label{y}$$"),
        markdown(r"$$z \tag{after \ref{y}}$$"),
    )
    assert printed.messages == []
    assert "(after B \N{MATHEMATICAL ITALIC SMALL ALPHA})" in printed.text
    assert "(∗)" in printed.text
    assert "(B \N{MATHEMATICAL ITALIC SMALL ALPHA})" in printed.text


def test_every_symbol_and_every_command_can_be_set():
    arguments = "{x}{y}{z}"
    lengths = {name for name, form in FORMS.items() if "{L}" in form}
    commands = [f"\\{name}" for name in SIGNS[::2] + FUNCTIONS.split()] + list(FORMS)
    formulas = [
        f"$a {command}{'{1em}' * 3 if command in lengths else arguments}$"
        for command in commands
    ]
    formulas.append(r"$$ b \label{x} $$")  # for \ref{x}
    printed = Printed(*[markdown(formula) for formula in formulas])
    assert [fault for fault in printed.messages if "put into words" not in fault] == []


def test_symbols_are_those_of_other_readers_of_tex():
    for name, sign in zip(SIGNS[::2], SIGNS[1::2], strict=True):
        assert symbol(f"\\{name}") in (sign, f"\\{sign}"), name


@pytest.mark.parametrize("name", ["half2", "nosuch", "Tab", "NewLine", "bne", "Alpha2"])
def test_what_is_no_symbol_is_none(name):
    assert symbol(f"\\{name}") == ""


def test_a_reader_finds_an_option_only_where_one_is():
    reader = Reader(tokenise("[a]{b}[c"))
    assert (reader.option(), reader.text(), reader.option()) == ("a", "b", None)


# What mhchem's own manual shows, in TeX.
@pytest.mark.parametrize(
    ("source", "tex"),
    [
        ("H2O", r"\mathrm{H}_{2}\mathrm{O}"),
        ("Sb2O3", r"\mathrm{Sb}_{2}\mathrm{O}_{3}"),
        ("[AgCl2]-", r"[\mathrm{AgCl}_{2}]^{-}"),
        ("Y^99+", r"\mathrm{Y}^{99+}"),
        ("Fe^{II}Fe^{III}2O4", r"\mathrm{Fe}^{\mathrm{II}}\mathrm{Fe}^{\mathrm{III}}"
         r"_{2}\mathrm{O}_{4}"),
        ("1/2 H2O", r"\tfrac{1}{2}\, \mathrm{H}_{2}\mathrm{O}"),
        ("^{227}_{90}Th+", r"{}^{227}_{90}\mathrm{Th}^{+}"),
        ("KCr(SO4)2.12H2O", r"\mathrm{KCr}(\mathrm{SO}_{4})_{2}\cdot 12\,"
         r"\mathrm{H}_{2}\mathrm{O}"),
        ("A <=>[x][y] B", r"\mathrm{A} \xrightleftharpoons[{y}]{x} \mathrm{B}"),
        ("SO4^2- v", r"\mathrm{SO}_{4}^{2-} \downarrow "),
        ("OCO^{.-}", r"\mathrm{OCO}^{\bullet -}"),
        ("A-B=C#D", r"\mathrm{A}{-}\mathrm{B}{=}\mathrm{C}{\equiv }\mathrm{D}"),
        ("NaOH(aq)", r"\mathrm{NaOH}\mathrm{(aq)}"),
        ("{text} $x$", r"\text{text} {x}"),
        ("^1_0n + e-", r"{}^{1}_{0}\mathrm{n} + \mathrm{e}^{-}"),
        ("^0_-1n", r"{}^{0}_{-1}\mathrm{n}"),
        ("\\beta +", r"\beta ^{+}"),
        ("n-Pr", r"n\text{-}\mathrm{Pr}"),
        ("1s^2-N", r"\mathrm{1s}^{2}\text{-}\mathrm{N}"),
        ("pK_a", r"\mathrm{pK}_{a}"),
        ("n H2O + x", r"n\, \mathrm{H}_{2}\mathrm{O} + x"),
        ("V_{V,x}", r"\mathrm{V}_{\mathrm{V},x}"),
    ],
)  # fmt: skip
def test_chemistry(source, tex):
    assert chemistry(source) == tex


@pytest.mark.parametrize(
    ("source", "tex"),
    [
        ("25 kJ//mol", r"25\,\frac{\mathrm{kJ}}{\mathrm{mol}}"),
        ("1.2e3 m s^-1", r"1.2\cdot 10^{3}\,\mathrm{m}\,\mathrm{s}^{-1}"),
        ("1,2E-3 mol/L", r"1{,}2\times 10^{-3}\,\mathrm{mol}/\mathrm{L}"),
        ("1/2 m", r"1/2\,\mathrm{m}"),
        ("123 +- 4 %", r"123\pm 4\,\mathrm{\%}"),
    ],
)
def test_units(source, tex):
    assert unit(source) == tex


@pytest.mark.parametrize("sign", ["=", r"\cdot"])
def test_negative_space_leaves_the_space_around_signs(sign):
    def width(tex):
        places = [x for x, _, _ in Printed(markdown(f"$${tex}$$")).letters()]
        return places[-2] - places[1]  # between a and b

    taken = width(f"a{sign} b") - width(rf"a\!{sign}\! b")
    assert taken == pytest.approx(2 * 3 / 18 * 11, abs=0.1)  # twice three units, 11 pt
