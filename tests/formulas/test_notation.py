"""Does each letter and each tag mean one thing, or is the change announced?"""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from formula_readers import MARKDOWN, formulas_of, prose

from courseware.glossary import Index
from courseware.pairs import read_source

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.py"))
GREEK = {
    *("alpha", "beta", "gamma", "delta", "Delta", "epsilon", "varepsilon", "eta"),
    *("theta", "kappa", "lambda", "mu", "rho", "sigma", "Sigma", "tau", "varphi"),
}
WORDS = re.compile(r"\\(?:text|tag|begin|end)\{.*?\}")
LETTER = re.compile(r"(?:\\(hat|bar|tilde)[\s{]*)?(?:\\([A-Za-z]+)|([A-Za-z]))")
MATHS = re.compile(r"\$(.+?)\$", re.DOTALL)
CHANGED = re.compile(r"meant something else\s+before:(.*?)(?:\n\n|\Z)", re.DOTALL)
TAG = re.compile(r"\\tag\{(.*?)\}")
OF_THE_LESSONS = re.compile(
    r"\bequations?\s+\((\w+'?)\)|\(((?:BP|FF|CV|MP|TS|CE)[\dPQG]\w?'?)\)"
)
CITED = re.compile(r"\(([A-Z]+[0-9]?[a-z]?'?)\)")


def letters(tex):
    """The letters of a formula, without indices' commas, words and commands."""
    return [
        accent + (greek or latin)
        for accent, greek, latin in LETTER.findall(WORDS.sub(" ", tex))
        if latin or greek in GREEK
    ]


def in_maths(text):
    """The letters of all formulas of a text."""
    return {letter for tex in MATHS.findall(text) for letter in letters(tex)}


@cache
def rows(path):
    """A lesson's rows of notation: the letters explained, what is said of them, all."""
    index = Index()
    index.read(path.stem, read_source(path))
    found = []
    for row in index.symbols:
        symbols, about = row.split(" | ")[:2]
        heads = {letters(tex)[0] for tex in MATHS.findall(symbols) if letters(tex)}
        found.append((heads, f"{symbols} | {about}", in_maths(row)))
    return found


def announced(path):
    """The letters of which a lesson says that they meant something else before."""
    texts = [text for _, _, text in prose(path)]
    found = [match[1] for text in texts for match in CHANGED.finditer(text)]
    return {letter for text in found for letter in in_maths(text)}


@pytest.mark.parametrize("place", range(len(LESSONS)), ids=[p.stem for p in LESSONS])
def test_a_letter_with_a_new_meaning_is_announced(place):
    met, texts = set(), set()
    for path in LESSONS[:place]:
        for heads, text, _ in rows(path):
            met |= heads
            texts.add(text)
    new = [
        (heads, text) for heads, text, _ in rows(LESSONS[place]) if text not in texts
    ]
    changed = {letter for heads, _ in new for letter in heads & met}
    assert changed - announced(LESSONS[place]) == set()


@pytest.mark.parametrize("place", range(len(LESSONS)), ids=[p.stem for p in LESSONS])
def test_every_letter_stands_in_a_table_of_notation(place):
    tables = [row for path in LESSONS[: place + 1] for row in rows(path)]
    known = {letter for *_, found in tables for letter in found}
    unknown = defaultdict(set)
    for formula in formulas_of(LESSONS[place]):
        for letter in set(letters(formula.tex)) - known:
            unknown[letter].add(f"{formula.place}: {formula.tex}")
    assert unknown == {}


def test_each_tag_stands_for_one_equation_in_one_place():
    places = defaultdict(list)
    for path in LESSONS:
        for formula in formulas_of(path):
            for tag in TAG.findall(formula.tex):
                places[tag].append(formula.place)
    assert {tag: where for tag, where in places.items() if len(where) > 1} == {}


def test_whatever_equation_is_cited_stands_in_this_lesson_or_before():
    known, unknown = set(), []
    for path in LESSONS:
        known |= {tag for one in formulas_of(path) for tag in TAG.findall(one.tex)}
        for place, start, text in prose(path):
            parts = [p for t in MARKDOWN.parse(text) for p in t.children or []]
            plain = " ".join(part.content for part in parts if part.type == "text")
            cited = set(CITED.findall(plain)) - known
            unknown += [f"{place} {start}: ({tag})" for tag in cited]
    assert unknown == []


def test_digitlib_cites_equations_of_the_lessons():
    known = {
        tag for p in LESSONS for one in formulas_of(p) for tag in TAG.findall(one.tex)
    }
    modules = (LESSONS[0].parents[1] / "digitlib").rglob("*.py")
    cited = {
        (path.name, first or second)
        for path in modules
        for first, second in OF_THE_LESSONS.findall(path.read_text("utf-8"))
    }
    assert cited
    assert {(name, tag) for name, tag in cited if tag not in known} == set()


def test_letters_are_found():
    tex = r"\hat{y}_i = \bar x + \varepsilon^{(l)} \frac{1}{2} \ln \text{no} \tag{NO}"
    assert letters(tex) == ["haty", "i", "barx", "varepsilon", "l"]
