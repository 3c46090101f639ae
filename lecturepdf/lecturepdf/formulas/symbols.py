"""The signs that TeX, the AMS and text companion fonts have names for."""

# ruff: noqa: RUF001, E501 - signs that look like letters are what this is about


def pairs(text: str) -> dict[str, str]:
    """Return a table, written as TeX's name and what it becomes in turn."""
    words = text.split()
    names = (f"\\{name}" for name in words[::2])
    return dict(zip(names, words[1::2], strict=True))


_GREEK = pairs("""
    digamma ϝ varkappa ϰ backepsilon ϶ ohm Ω epsilon ϵ varepsilon ε phi ϕ varphi φ
    alpha α beta β gamma γ delta δ zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ
    lambda λ mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ
    upsilon υ chi χ psi ψ omega ω omicron ο Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ
    Upsilon Υ Phi Φ Psi Ψ Omega Ω""")
SYMBOLS = pairs(r"""
    Coloneqq ⩴ dashcolon ∹ vcentercolon : iddots ⋰
    surd √ AA Å S § aleph ℵ hbar ℏ imath ı jmath ȷ ell ℓ wp ℘ Re ℜ Im ℑ partial ∂ infty ∞
    prime ′ emptyset ∅ nabla ∇ top ⊤ bot ⊥ angle ∠ triangle △ backslash \ forall ∀
    exists ∃ neg ¬ lnot ¬ flat ♭ natural ♮ sharp ♯ clubsuit ♣ diamondsuit ♢ heartsuit ♡
    spadesuit ♠ coprod ∐ bigvee ⋁ bigwedge ⋀ biguplus ⨄ bigcap ⋂ bigcup ⋃ int ∫ intop ∫
    iint ∬ iiint ∭ prod ∏ sum ∑ bigotimes ⨂ bigoplus ⨁ bigodot ⨀ oint ∮ ointop ∮ oiint ∯
    oiiint ∰ bigsqcup ⨆ triangleleft ⊲ triangleright ⊳ bigtriangleup △
    bigtriangledown ▽ wedge ∧ land ∧ vee ∨ lor ∨ cap ∩ cup ∪ ddagger ‡ dagger † sqcap ⊓
    sqcup ⊔ uplus ⊎ amalg ⨿ diamond ⋄ bullet • wr ≀ div ÷ odot ⊙ oslash ⊘ otimes ⊗
    ominus ⊖ oplus ⊕ mp ∓ pm ± circ ∘ bigcirc ○ setminus ∖ cdot ⋅ ast ∗ times × star ⋆
    propto ∝ sqsubseteq ⊑ sqsupseteq ⊒ parallel ∥ mid ∣ dashv ⊣ vdash ⊢ leq ≤ le ≤ geq ≥
    ge ≥ lt < gt > succ ≻ prec ≺ approx ≈ succeq ⪰ preceq ⪯ supset ⊃ subset ⊂ supseteq ⊇
    subseteq ⊆ in ∈ ni ∋ notin ∉ owns ∋ gg ≫ ll ≪ sim ∼ simeq ≃ perp ⟂ equiv ≡ asymp ≍
    smile ⌣ frown ⌢ ne ≠ neq ≠ cong ≅ doteq ≐ bowtie ⋈ models ⊨ Leftrightarrow ⇔
    Leftarrow ⇐ Rightarrow ⇒ leftrightarrow ↔ leftarrow ← gets ← rightarrow → to →
    mapsto ↦ leftharpoonup ↼ leftharpoondown ↽ rightharpoonup ⇀ rightharpoondown ⇁
    nearrow ↗ searrow ↘ nwarrow ↖ swarrow ↙ rightleftharpoons ⇌ hookrightarrow ↪
    hookleftarrow ↩ longleftarrow ⟵ Longleftarrow ⟸ longrightarrow ⟶ Longrightarrow ⟹
    Longleftrightarrow ⟺ longleftrightarrow ⟷ longmapsto ⟼ ldots … cdots ⋯ vdots ⋮
    ddots ⋱ iddots ⋰ dotsc … dotsb ⋯ dotsm ⋯ dotsi ⋯ dotso … ldotp . cdotp ⋅ colon :
    varGamma 𝛤 varDelta 𝛥 varTheta 𝛩 varLambda 𝛬 varXi 𝛯 varPi 𝛱 varSigma 𝛴 varUpsilon 𝛶
    varPhi 𝛷 varPsi 𝛹 varOmega 𝛺 beth ℶ gimel ℷ daleth ℸ backprime ‵ hslash ℏ
    varnothing ∅ blacktriangle ▴ triangledown ▽ blacktriangledown ▾ square □ Box □
    blacksquare ■ lozenge ◊ Diamond ◇ blacklozenge ⧫ circledS Ⓢ bigstar ★
    sphericalangle ∢ measuredangle ∡ nexists ∄ complement ∁ mho ℧ eth ð Finv Ⅎ diagup ╱
    Game ⅁ diagdown ╲ Bbbk 𝕜 yen ¥ circledR ® checkmark ✓ maltese ✠ dotplus ∔ ltimes ⋉
    smallsetminus ∖ rtimes ⋊ Cap ⋒ doublecap ⋒ leftthreetimes ⋋ Cup ⋓ doublecup ⋓
    rightthreetimes ⋌ barwedge ⊼ curlywedge ⋏ veebar ⊻ curlyvee ⋎ doublebarwedge ⩞
    boxminus ⊟ circleddash ⊝ boxtimes ⊠ circledast ⊛ boxdot ⊡ circledcirc ⊚ boxplus ⊞
    centerdot ⋅ divideontimes ⋇ intercal ⊺ leqq ≦ geqq ≧ leqslant ⩽ geqslant ⩾
    eqslantless ⪕ eqslantgtr ⪖ lesssim ≲ gtrsim ≳ lessapprox ⪅ gtrapprox ⪆ approxeq ≊
    lessdot ⋖ gtrdot ⋗ lll ⋘ llless ⋘ ggg ⋙ gggtr ⋙ lessgtr ≶ gtrless ≷ lesseqgtr ⋚
    gtreqless ⋛ lesseqqgtr ⪋ gtreqqless ⪌ doteqdot ≑ Doteq ≑ eqcirc ≖ risingdotseq ≓
    circeq ≗ fallingdotseq ≒ triangleq ≜ backsim ∽ thicksim ∼ backsimeq ⋍ thickapprox ≈
    subseteqq ⫅ supseteqq ⫆ Subset ⋐ Supset ⋑ sqsubset ⊏ sqsupset ⊐ preccurlyeq ≼
    succcurlyeq ≽ curlyeqprec ⋞ curlyeqsucc ⋟ precsim ≾ succsim ≿ precapprox ⪷
    succapprox ⪸ vartriangleleft ⊲ lhd ⊲ vartriangleright ⊳ rhd ⊳ trianglelefteq ⊴
    unlhd ⊴ trianglerighteq ⊵ unrhd ⊵ vDash ⊨ Vdash ⊩ Vvdash ⊪ smallsmile ⌣ shortmid ∣
    smallfrown ⌢ shortparallel ∥ bumpeq ≏ between ≬ Bumpeq ≎ pitchfork ⋔ varpropto ∝
    blacktriangleleft ◂ blacktriangleright ▸ therefore ∴ because ∵ eqsim ≂ vartriangle △
    Join ⋈ nless ≮ ngtr ≯ nleq ≰ ngeq ≱ nleqslant ≰ ngeqslant ≱ nleqq ≰ ngeqq ≱ lneq ⪇
    gneq ⪈ lneqq ≨ gneqq ≩ lvertneqq ≨ gvertneqq ≩ lnsim ⋦ gnsim ⋧ lnapprox ⪉ gnapprox ⪊
    nprec ⊀ nsucc ⊁ npreceq ⋠ nsucceq ⋡ precneqq ⪵ succneqq ⪶ precnsim ⋨ succnsim ⋩
    precnapprox ⪹ succnapprox ⪺ nsim ≁ ncong ≇ nshortmid ∤ nshortparallel ∦ nmid ∤
    nparallel ∦ nvdash ⊬ nvDash ⊭ nVdash ⊮ nVDash ⊯ ntriangleleft ⋪ ntriangleright ⋫
    ntrianglelefteq ⋬ ntrianglerighteq ⋭ nsubseteq ⊈ nsupseteq ⊉ nsubseteqq ⊈
    nsupseteqq ⊉ subsetneq ⊊ supsetneq ⊋ varsubsetneq ⊊ varsupsetneq ⊋ subsetneqq ⫋
    supsetneqq ⫌ varsubsetneqq ⫋ varsupsetneqq ⫌ leftleftarrows ⇇ rightrightarrows ⇉
    leftrightarrows ⇆ rightleftarrows ⇄ Lleftarrow ⇚ Rrightarrow ⇛ twoheadleftarrow ↞
    twoheadrightarrow ↠ leftarrowtail ↢ rightarrowtail ↣ looparrowleft ↫
    looparrowright ↬ leftrightharpoons ⇋ curvearrowleft ↶ curvearrowright ↷
    circlearrowleft ↺ circlearrowright ↻ Lsh ↰ Rsh ↱ upuparrows ⇈ downdownarrows ⇊
    upharpoonleft ↿ upharpoonright ↾ downharpoonleft ⇃ restriction ↾ multimap ⊸
    downharpoonright ⇂ leftrightsquigarrow ↭ rightsquigarrow ⇝ leadsto ⇝
    dashrightarrow ⇢ dashleftarrow ⇠ nleftarrow ↚ nrightarrow ↛ nLeftarrow ⇍
    nRightarrow ⇏ nleftrightarrow ↮ nLeftrightarrow ⇎ lmoustache ⎰ rmoustache ⎱ lgroup ⟮
    rgroup ⟯ uparrow ↑ downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ Updownarrow ⇕
    rangle ⟩ langle ⟨ rbrace } lbrace { rceil ⌉ lceil ⌈ rfloor ⌋ lfloor ⌊ lbrack [
    rbrack ] ulcorner ⌜ urcorner ⌝ llcorner ⌞ lrcorner ⌟ iiiint ⨌ degree ° celsius ℃
    perthousand ‰ micro µ implies ⟹ impliedby ⟸ iff ⟺ qed □ reals ℝ P ¶ dag † ddag ‡
    pounds £ copyright © i ı j ȷ dots … coloneqq ≔ eqqcolon ≕ vcentcolon :
    ordinarycolon : dblcolon ∷ coloncolon ∷ lparen ( rparen ) lq ‘ rq ’ llbracket ⟦
    rrbracket ⟧ mathsterling £ mathellipsis …""")
# Names that begin with \text.
_TEXT = pairs(r"""
    asciicircum ^ asciitilde ~ asteriskcentered * backslash \ bar | braceleft {
    braceright } bullet • dagger † daggerdbl ‡ ellipsis … emdash — endash – exclamdown ¡
    greater > less < ordfeminine ª ordmasculine º paragraph ¶ periodcentered ·
    questiondown ¿ quotedblleft “ quotedblright ” quoteleft ‘ quoteright ’ section §
    underscore _ visiblespace ␣ acutedbl ˝ asciiacute ´ asciibreve ˘ asciicaron ˇ
    asciidieresis ¨ asciimacron ¯ gravedbl ˵ tildelow ˷ baht ฿ cent ¢ colonmonetary ₡
    currency ¤ dollar $ dong ₫ euro € florin ƒ guarani ₲ lira ₤ naira ₦ peso ₱
    sterling £ won ₩ yen ¥ circledP ℗ copyleft 🄯 copyright © registered ®
    servicemark ℠ trademark ™ bardbl ‖ bigcircle ◯ blank ␢ brokenbar ¦ discount ⁒
    estimated ℮ interrobang ‽ interrobangdown ⸘ musicalnote ♪ numero № openbullet ◦
    pertenthousand ‱ perthousand ‰ recipe ℞ referencemark ※ langle 〈 rangle 〉
    lbrackdbl ⟦ rbrackdbl ⟧ lquill ⁅ rquill ⁆ celsius ℃ degree ° div ÷ downarrow ↓
    fractionsolidus ⁄ leftarrow ← lnot ¬ mho ℧ minus − mu µ ohm Ω onehalf ½ onequarter ¼
    onesuperior ¹ pm ± rightarrow → surd √ threequarters ¾ threesuperior ³ times ×
    twosuperior ² uparrow ↑ born * died † divorced ⚮ married ⚭""")
SYMBOLS |= _GREEK | {f"\\text{name[1:]}": sign for name, sign in _TEXT.items()}
# \upalpha, \Upgamma: Greek that stands upright.
UPRIGHT = {
    f"\\{'Up' if name[1].isupper() else 'up'}{name[1:].lower()}": sign
    for name, sign in _GREEK.items()
}
