"""
Set other projects' test formulas, and compare each picture with MathJax's.

    python lecturepdf/tools/compare_formulas.py KATEX TEXMATH MATHJAX MODULES

The first three are copies of the repositories KaTeX/KaTeX, jgm/texmath and
mathjax/MathJax-src, bare or not; MODULES is a folder node_modules with mathjax 4 and
@mathjax/mathjax-mhchem-font-extension. Chromium draws what MathJax makes of a formula;
what MathJax refuses does not count. Printed is how many formulas are set and told, and
compare_formulas/sheet-N.png shows those that differ most, MathJax's on the left. Needs
playwright, Chromium, pillow and pyyaml, and some ten minutes, the next time one.
"""

import argparse
import io
import json
import re
import shutil
import subprocess
from collections import Counter
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import typst
import yaml
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat
from playwright.sync_api import Error, sync_playwright

from lecturepdf.formulas import Formulas

OUT = Path("compare_formulas")
PACKAGES = """
    ams action amscd bbox boldsymbol braket bussproofs cancel cases centernot color
    colortbl empheq enclose extpfeil gensymb html mathtools mhchem newcommand upgreek
    unicode verb configmacros tagformat textcomp textmacros""".split()  # noqa: SIM905
PAGE = """<!doctype html><meta charset=utf-8><style>body {{margin: 0; font-size: 24px}}
#it {{display: inline-block; padding: 6px; background: white}}</style><script>
MathJax = {{
loader: {{paths: {{fonts: "{modules}/@mathjax"}}, load: {load}}},
tex: {{packages: {packages}, formatError: (_, error) => {{throw error}}}},
svg: {{fontCache: "none"}},
startup: {{typeset: false}}, options: {{enableMenu: false}}}}</script>
<script src="{modules}/mathjax/tex-svg.js"></script><div id=it></div>"""
DRAW = """async tex => {try {MathJax.texReset();
const mathml = await MathJax.tex2mmlPromise(tex, {display: true});
if (/<mtext[^>]*mathcolor="red"[^>]*>\\s*\\\\/.test(mathml)) return false;
document.getElementById("it").replaceChildren(await MathJax.tex2svgPromise(tex));
return true} catch {return false}}"""
HEAD = """#import "template.typ": *
#set page(width: auto, height: auto, margin: 2.75pt)
#set math.mat(delim: none, column-gap: .9em, row-gap: .45em)
#show math.equation: set text(font: ("New Computer Modern Math", text-face))
#let fitted(equation, ..rest) = equation
#"""
PIXELS_PER_INCH = 206  # at which both have letters of one size
DEFINING = re.compile(r"\\(\w*def|let|\w*new\w+|Declare|require)")


def shown(repository: str, path: str) -> str:
    """Return a file of a repository's newest commit."""
    command = ["git", "-C", repository, "show", f"HEAD:{path}"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def listed(repository: str, folder: str) -> list[str]:
    """Return the files in a folder of it."""
    command = ["git", "-C", repository, "ls-tree", "-r", "--name-only", "HEAD", folder]
    return subprocess.run(
        command, capture_output=True, check=True, text=True
    ).stdout.split()


def unescaped(text: str) -> str:
    """Return what a string of JavaScript says."""

    def sign(match: re.Match[str]) -> str:
        code = match[1]
        if code[0] in "ux" and len(code) > 1:
            return chr(int(code[1:].strip("{}"), 16))
        return {"n": "\n", "t": "\t", "\n": ""}.get(code, code)

    form = r"\\(u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|.)"
    return re.sub(form, sign, text, flags=re.DOTALL)


def corpus(katex: str, texmath: str, mathjax: str) -> list[str]:
    """Return the formulas of all tests, each once."""
    found = []
    shots = yaml.safe_load(shown(katex, "test/screenshotter/ss_data.yaml"))
    for shot in shots.values():
        given = shot if isinstance(shot, dict) else {"tex": shot}
        macros = given.get("macros", {}).items()
        defined = (f"\\def{k}{'#1' * ('#1' in body)}{{{body}}}" for k, body in macros)
        found.append("".join(defined) + given["tex"])
    spec = shown(katex, "test/katex-spec.ts")
    found += re.findall(r"(?:\br|expect)`([^`]*)`", spec)
    for path in listed(texmath, "test/reader/tex"):
        found += re.findall(r"<<< tex\n(.*?)\n>>> ", shown(texmath, path), re.DOTALL)
    call = re.compile(r"tex2mml\(\s*(['\"`])((?:\\.|(?!\1).)*)\1", re.DOTALL)
    for path in listed(mathjax, "testsuite/tests/input/tex"):
        if path.endswith(".ts"):
            calls = call.findall(shown(mathjax, path))
            found += [unescaped(text) for _, text in calls]
    return list(dict.fromkeys(tex.strip() for tex in found if "${" not in tex))


def draw_references(formulas: list[str], modules: Path) -> None:
    """Have MathJax draw what is not drawn yet; note what it refuses."""
    names = json.dumps(["base", *PACKAGES])
    load = json.dumps([f"[tex]/{name}" for name in PACKAGES])
    uri = modules.resolve().as_uri()
    page_file = OUT / "page.html"
    page_file.write_text(PAGE.format(modules=uri, load=load, packages=names), "utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--allow-file-access-from-files"],
        )
        page = browser.new_page(viewport={"width": 1400, "height": 1000})

        def renew() -> None:
            page.goto(page_file.resolve().as_uri())
            page.wait_for_function("window.MathJax?.startup?.promise")
            page.evaluate("MathJax.startup.promise.then(() => 1)")
            page.evaluate("document.head.append(MathJax.svgStylesheet())")

        renew()
        for number, tex in enumerate(formulas):
            picture, refused = OUT / f"{number}.png", OUT / f"{number}.refused"
            if picture.exists() or refused.exists() or not tex:
                continue
            if not page.evaluate(DRAW, tex):
                refused.touch()
            else:
                with suppress(Error):  # no picture in time: the next run tries again
                    page.locator("#it").screenshot(path=picture)
            if DEFINING.search(tex):  # what is defined stays
                renew()
        browser.close()


def drawn(tex: str, compiler: typst.Compiler) -> tuple[str, Image.Image | None]:
    """Return how our setting went, and its picture."""
    code, problems = Formulas().typst(tex, display=True)
    problems = [problem for problem in problems if "put into words" not in problem]
    if code.startswith("bad-formula") or problems:
        return "told", None
    try:
        png = compiler.compile(
            (HEAD + code).encode(), format="png", ppi=PIXELS_PER_INCH
        )
    except typst.TypstError as error:
        return f"refused by Typst: {error.message}", None
    return "set", Image.open(io.BytesIO(png if isinstance(png, bytes) else png[0]))


def ink(picture: Image.Image) -> Image.Image:
    """Return what is not white, as light on black."""
    grey = ImageChops.invert(picture.convert("L"))
    return grey.crop(grey.point(lambda light: 255 * (light > 20)).getbbox())


def difference(ours: Image.Image, theirs: Image.Image) -> float:
    """Return how far two pictures differ: in size, and blurred at one size."""
    one, other = ink(theirs), ink(ours)
    ratios = [max(a / b, b / a) - 1 for a, b in zip(one.size, other.size, strict=True)]
    size = one.size
    pair = [it.resize(size).filter(ImageFilter.GaussianBlur(2)) for it in (one, other)]
    differing = ImageStat.Stat(ImageChops.difference(*pair)).sum[0]
    return sum(ratios) + differing / (ImageStat.Stat(pair[0]).sum[0] + 1)


def sheet(rows: list[tuple[str, Image.Image, Image.Image]]) -> Image.Image:
    """Return pictures in pairs, each below its formula."""
    tiles = []
    for tex, theirs, ours in rows:
        tile = Image.new("RGB", (900, 16 + max(theirs.height, ours.height)), "white")
        shown_tex = (
            " ".join(tex.split())[:140].encode("latin-1", "replace").decode("latin-1")
        )
        ImageDraw.Draw(tile).text((2, 2), shown_tex, fill="blue")
        tile.paste(theirs, (2, 16))
        tile.paste(ours, (452, 16))
        tiles.append(tile)
    whole = Image.new("RGB", (900, sum(tile.height for tile in tiles)), "white")
    for at, tile in enumerate(tiles):
        whole.paste(tile, (0, sum(above.height for above in tiles[:at])))
    return whole


def main() -> None:
    """Compare, print and draw."""
    parser = argparse.ArgumentParser(usage=__doc__)
    for name in ("katex", "texmath", "mathjax", "modules"):
        parser.add_argument(name)
    parser.add_argument("--show", type=int, default=200, help="how many to draw")
    given = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    formulas = corpus(given.katex, given.texmath, given.mathjax)
    draw_references(formulas, Path(given.modules))
    for name in ("template.typ", "code.tmTheme"):
        (OUT / name).write_bytes(files("lecturepdf").joinpath(name).read_bytes())
    compiler = typst.Compiler(root=str(OUT), ignore_system_fonts=True)
    counts, pairs = Counter(), []
    for number, tex in enumerate(formulas):
        picture = OUT / f"{number}.png"
        if not picture.exists():
            continue
        how, ours = drawn(tex, compiler)
        counts[how] += 1
        if ours:
            theirs = Image.open(picture)
            pairs.append((difference(ours, theirs), tex, theirs, ours))
    print(*counts.most_common(), sep="\n")
    pairs.sort(key=lambda pair: -pair[0])
    rows = [pair[1:] for pair in pairs[: given.show]]
    for at in range(0, len(rows), 40):
        sheet(rows[at : at + 40]).save(OUT / f"sheet-{at // 40 + 1}.png")


if __name__ == "__main__":
    main()
