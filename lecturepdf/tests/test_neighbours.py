"""Which files a notebook may have read, and which of its links are links."""

import base64
import os
import struct

import pytest
from pdf_tools import Printed, markdown, png

from lecturepdf import neighbours
from lecturepdf.pictures import PictureError, from_bytes

OUTSIDE = "it is outside the notebook's folder"


@pytest.fixture
def folder(tmp_path):
    """A notebook's folder, with a picture in it and one beside it."""
    inner = tmp_path / "course"
    (inner / "pictures").mkdir(parents=True)
    for place in (tmp_path, inner, inner / "pictures"):
        (place / "a.png").write_bytes(png())
    return inner


@pytest.mark.parametrize("name", ["a.png", "pictures/a.png", "pictures/../a.png"])
def test_files_of_the_notebook_s_folder_are_read(name, folder):
    assert neighbours.read(name, folder) == png()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../a.png", OUTSIDE),
        ("/dev/zero", OUTSIDE),
        ("link.png", OUTSIDE),
        ("//server/a.png", "another machine"),
        (r"\\server\a.png", "another machine"),
        ("\\/server/a.png", "another machine"),
        ("pipe", "no regular file"),
        ("pictures", "no regular file"),
        ("device", OUTSIDE),
        ("circle", "no such file"),
        ("none.png", "no such file"),
        ("a\0.png", "no such file"),
        ("x" * 300, "no such file"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="Windows has neither pipes nor free links")
def test_other_files_are_not(name, reason, folder):
    (folder / "link.png").symlink_to("../a.png")
    (folder / "device").symlink_to("/dev/zero")
    (folder / "circle").symlink_to("circle")
    os.mkfifo(folder / "pipe")
    with pytest.raises(neighbours.FileError, match=reason):
        neighbours.read(name, folder)
    if reason != OUTSIDE:
        assert not neighbours.is_there(name, folder)


def test_a_file_has_a_bound(folder, monkeypatch):
    monkeypatch.setattr(neighbours, "_MOST_BYTES", 10)
    with pytest.raises(neighbours.FileError, match="larger than"):
        neighbours.read("a.png", folder)


def test_a_picture_outside_is_told_with_what_to_type_and_replaced_by_its_words(folder):
    cell = markdown("![two grey rows](../a.png)")
    printed = Printed(cell, path=folder)
    (message,) = printed.messages
    place = folder.parent.resolve()
    assert (
        f"cell 1: no picture ../a.png: {OUTSIDE} (to read it: --allow-from " in message
    )
    assert f"--LecturePDFExporter.allow_from={place})" in message
    assert "two grey rows" in printed.text
    assert Printed(cell, path=folder, allow_from=[str(place)]).messages == []


CLAIMS = [
    struct.pack(">8s4s4sII", b"\x89PNG\r\n\x1a\n", b"", b"IHDR", 60_000, 60_000),
    base64.b64decode("R0lGODlh//////AAAA=="),
    b"\xff\xd8\xff\xe0\0\4ab\xff\xc2\0\x11\x08\xff\xff\xff\xff",
]


@pytest.mark.parametrize("data", CLAIMS)
def test_a_picture_that_claims_to_be_huge_is_refused(data):
    with pytest.raises(PictureError, match=r"claims to have (60000|65535) x"):
        from_bytes(data)


LINKS = {
    "https://a.b/c": "https://a.b/c",
    "HTTP://a.b": "HTTP://a.b",
    "//a.b/c": "https://a.b/c",
    "mailto:a@b.c": "mailto:a@b.c",
    **dict.fromkeys(
        [
            "file:///etc/passwd", "data:text/html,x", "vbscript:x", "javascript:x",
            "java\tscript:x", " javascript:x", r"\\127.0.0.1\x.exe", "/etc/passwd",
            r"\\127.0.0.1\x.ipynb", "file:///a.ipynb", "smb://a/b", "notes.txt",
        ]
    ),
}  # fmt: skip


@pytest.mark.parametrize(("href", "address"), LINKS.items())
def test_links_are_those_of_the_web(href, address):
    printed = Printed(markdown(f"<a href='{href}'>words</a> $\\href{{{href}}}{{y}}$"))
    notes = printed.reader.pages[0].get("/Annots", [])
    found = {note.get_object()["/A"]["/URI"] for note in notes}
    assert found == ({address} if address else set())
    assert "words" in printed.text
