"""Live figures and their policy in the site's pages, before a browser opens them."""

import base64
import hashlib
import json

import nbformat
import pytest

pytest.importorskip("pikepdf", reason="the extra site is not installed")

from samples import FIGURES

from course_site.figures import (
    PLACE,
    PLAY,
    play_alone,
    play_page,
    take_figures,
    write_figures,
)
from course_site.pages import SiteError
from course_site.policy import secure, secure_site
from digitlib.live.figure import LIVE_FIGURE


@pytest.fixture
def lesson():
    """A lesson that has stored every figure of the page to play."""
    cells = []
    for module in PLACE.findall(PLAY.read_text("utf-8")):
        data, metadata = FIGURES[module]()._repr_mimebundle_()
        assert LIVE_FIGURE in metadata
        output = nbformat.v4.new_output("display_data", data, metadata=metadata)
        cells.append(nbformat.v4.new_code_cell("figure", outputs=[output]))
    return nbformat.v4.new_notebook(cells=cells)


def test_a_stored_figure_leaves_a_place_with_its_picture(lesson, tmp_path):
    taken = take_figures("02_some", lesson)
    write_figures(taken, tmp_path / "live")
    for cell, figure in zip(lesson.cells, taken, strict=True):
        [output] = cell.outputs
        place = output.data["text/html"]
        for file in (f"{figure.module}.js", f"{figure.name}.json"):
            assert f'"live/{file}"' in place
            assert (tmp_path / "live" / file).exists()
        state = json.loads((tmp_path / "live" / f"{figure.name}.json").read_text())
        assert state == figure.state
        assert figure.alt


def test_play_has_the_figures_of_the_lessons_and_no_other(lesson):
    taken = take_figures("02_some", lesson)
    page, alone = play_page(taken), play_alone(taken)
    for figure in taken:
        assert figure.place() in page
        assert f'<div id="{figure.module}"></div>' in alone
    assert "(02_one_neuron" not in alone
    with pytest.raises(SiteError, match="must show the same figures: descent"):
        play_page([one for one in taken if one.module != "descent"])


def test_a_page_allows_its_own_scripts_and_no_other():
    text = "if (1 < 2) go();"
    page = secure(f"<head></head><script>{text}</script><script src='a.js'></script>")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert page.count("sha256-") == 1
    assert f"script-src 'self' 'sha256-{digest}';" in page
    assert page.startswith("<head>\n<meta ")


def test_no_page_leads_elsewhere_by_itself():
    refresh = "<head></head><META Http-Equiv=Refresh content='0;url=//x'>"
    with pytest.raises(ValueError, match="leads elsewhere"):
        secure(refresh)


def test_what_jupyterlite_needs_only_jupyterlite_gets(tmp_path):
    for name in ("page.html", "lite/index.html"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("<head></head>", "utf-8")
    secure_site(tmp_path)
    for name, needed in (("page.html", False), ("lite/index.html", True)):
        text = (tmp_path / name).read_text("utf-8")
        assert ("'unsafe-eval'" in text) == needed
        assert "object-src 'none'; base-uri 'self'; form-action 'self'" in text
        secure_site(tmp_path)
        assert (tmp_path / name).read_text("utf-8") == text  # once
