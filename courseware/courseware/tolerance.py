"""
How far a lesson's new output may lie from the stored one.

By default text is equal to the letter, also that in figures of Matplotlib, and pictures
are equal but for what no eye sees. A cell's tags loosen this:

nbval-rtol-1e-3
    Decimal numbers may differ by this fraction, or by one in the last digit printed.
    Integers and the text between the numbers stay exact.
nbval-atol-5
    Integers may differ by this much: counts of what a trained model gets right.
nbval-image-3
    Pictures may differ three times as much as usual.
nbval-ignore-output
    The cell is executed and not compared: timings.
"""

import base64
import difflib
import io
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from PIL import Image, ImageChops, ImageOps, ImageStat

from courseware.figures import KEY

NUMBER = re.compile(
    r"""(?<![\w.])[-+]?              # not in the middle of a word or a version
        (?: \d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?  # 31,810
          | (?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?
        )(?!\.?\d)""",
    re.VERBOSE,
)
# What a tag's number is, and the smallest and largest that makes sense.
KINDS = {"rtol": (float, 1e-9, 0.5), "atol": (int, 1, 1000), "image": (float, 1, 100)}
TAG = re.compile(r"nbval-(rtol|atol|image)-(.*)")
WHOLE = re.compile(r"[-+]?[\d,]+\.?")  # with the full stop of NumPy, or of a sentence
INTEGER = re.compile(r"[-+]?[\d,]+")

# Chosen by trial. Other font hinting, or counts that differ by 5 in 10,000, move a tile
# by 0.045 and the mean by 0.005. A missing title, one of fifty images swapped or a
# curve that is 10 % off move a tile by 0.15; weights with a tenth of noise, the mean by
# 0.015. The mean alone would not tell these apart: most of a plot is paper.
TILE = 16
TILE_LIMIT = 0.06
MEAN_LIMIT = 0.01
# A curve through the verdicts of a trained network has its markers elsewhere on another
# machine: tiles differ a lot, and the mean hardly. More than this is another picture.
LARGEST_MEAN_LIMIT = 0.04

OVERWRITTEN = re.compile(r".*\r(?=[^\n])")  # the part of a line before a return
# Identifiers of widgets are drawn at random.
NEVER_COMPARED = {"application/vnd.jupyter.widget-view+json"}
PICTURE = "image/png"


@dataclass(frozen=True)
class Tolerance:
    """What a cell's tags admit."""

    rtol: float = 0.0
    atol: int = 0
    image: float = 1.0

    @classmethod
    def from_tags(cls, tags: Iterable[str]) -> "Tolerance":
        """Read the tags of a cell; one that makes no sense raises ValueError."""
        found = {}
        for tag in tags:
            if match := TAG.match(tag):
                name, value = match.groups()
                kind, smallest, largest = KINDS[name]
                try:
                    found[name] = kind(value)
                except ValueError:
                    raise ValueError(
                        f"tag {tag!r} ends in no {kind.__name__}"
                    ) from None
                if not smallest <= found[name] <= largest:
                    raise ValueError(
                        f"tag {tag!r} is not between {smallest:g} and {largest:g}"
                    )
        return cls(**found)


def texts_agree(stored: str, new: str, tolerance: Tolerance) -> bool:
    """
    Whether two texts are the same but for tolerable differences of numbers.

    Where numbers may differ, so may the width of the space before them.
    """
    if stored == new:
        return True
    if not (tolerance.rtol or tolerance.atol):
        return False
    if NUMBER.sub("#", stored).split() != NUMBER.sub("#", new).split():
        return False
    pairs = zip(NUMBER.findall(stored), NUMBER.findall(new), strict=True)
    return all(numbers_agree(a, b, tolerance) for a, b in pairs)


def numbers_agree(stored: str, new: str, tolerance: Tolerance) -> bool:
    """Whether two printed numbers are close enough, and both integers or both not."""
    if stored == new:
        return True
    if WHOLE.fullmatch(stored) and WHOLE.fullmatch(new):
        return abs(_whole(stored) - _whole(new)) <= tolerance.atol
    if INTEGER.fullmatch(stored) or INTEGER.fullmatch(new) or not tolerance.rtol:
        return False
    a, b = Decimal(stored.replace(",", "")), Decimal(new.replace(",", ""))
    last_digit = max(_last_digit(a, stored), _last_digit(b, new))
    return abs(a - b) <= last_digit or math.isclose(a, b, rel_tol=tolerance.rtol)


def picture_complaint(stored: str, new: str, factor: float = 1.0) -> str | None:
    """
    Say how two pictures differ, if they do by more than is tolerable.

    Parameters
    ----------
    stored, new : str
        Two PNG files in base64.
    factor : float
        How many times more than usual they may differ.
    """
    a, b = _on_paper(stored), _on_paper(new)
    if a.size != b.size:
        return f"it was {_size(a)} pixels and is now {_size(b)}"
    channels = ImageStat.Stat(ImageChops.difference(a, b)).mean
    mean = sum(channels) / len(channels) / 255
    mean_limit = min(factor * MEAN_LIMIT, LARGEST_MEAN_LIMIT)
    tile = _largest_tile(a, b)
    if mean <= mean_limit and tile <= factor * TILE_LIMIT:
        return None
    return (
        f"mean difference {mean:.4f} (up to {mean_limit:g} is tolerated), in "
        f"the worst place {tile:.3f} (up to {factor * TILE_LIMIT:g})"
    )


def picture_texts(png: str) -> str | None:
    """
    Return the texts in a picture, a line each, or None if it does not know them.

    Parameters
    ----------
    png : str
        A PNG file in base64. Figures of Matplotlib have their texts where a course's
        programs ran the lesson: see `courseware.figures`.
    """
    try:
        texts = _opened(png).info.get(KEY)
    except OSError:  # no picture at all
        return None
    return None if texts is None else "\n".join(json.loads(texts))


def picture_texts_complaint(stored: str, new: str, tolerance: Tolerance) -> str | None:
    """
    Say how the texts in two pictures differ, as far as both know theirs.

    Parameters
    ----------
    stored, new : str
        Two PNG files in base64.
    tolerance : Tolerance
        By how much numbers among the texts may differ.
    """
    was, now = picture_texts(stored), picture_texts(new)
    if was is None or now is None or texts_agree(was, now, tolerance):
        return None
    return f"in the picture it says\n{_difference(was, now)}"


def complaints(
    stored: Sequence[dict], new: Sequence[dict], tolerance: Tolerance
) -> list[str]:
    """
    Compare what a cell put out when it was stored with what it puts out now.

    Parameters
    ----------
    stored, new : sequence of notebook outputs
        Only the order of outputs of the same kind counts, and streams of the same name
        are one: in which pieces they come, and how they interleave with others, is up
        to the kernel.
    tolerance : Tolerance
        What may differ.

    Returns
    -------
    list of str
        One complaint for each difference.
    """
    old_by_kind, new_by_kind = _by_kind(stored), _by_kind(new)
    found = []
    for kind in sorted(old_by_kind.keys() | new_by_kind.keys()):
        olds, news = old_by_kind[kind], new_by_kind[kind]
        if len(olds) != len(news):
            found.append(_miscount(kind, olds, news))
            continue
        for number, (a, b) in enumerate(zip(olds, news, strict=True), start=1):
            complaint = _complaint(kind, a, b, tolerance)
            if complaint:
                found.append(f"{kind} {number} of {len(olds)}:\n{complaint}")
    return found


def _complaint(kind: str, stored: object, new: object, tol: Tolerance) -> str | None:
    if stored == new:
        return None
    if kind == PICTURE:
        if math.isfinite(tol.image) and (
            complaint := picture_texts_complaint(stored, new, tol)
        ):
            return complaint
        return picture_complaint(stored, new, tol.image)
    if kind in {"stdout", "text/plain"} and texts_agree(stored, new, tol):
        return None
    return _difference(str(stored), str(new))


def _by_kind(outputs: Iterable[dict]) -> defaultdict[str, list]:
    """Sort outputs by stream name, by "error" and by type of data."""
    found, streams = defaultdict(list), defaultdict(str)
    for output in outputs:
        if output["output_type"] == "stream":
            streams[output["name"]] += output["text"]
        elif output["output_type"] == "error":
            found["error"].append(f"{output['ename']}: {output['evalue']}")
        else:
            for kind, value in output.get("data", {}).items():
                if kind not in NEVER_COMPARED:
                    found[kind].append(value)
    found |= {name: [OVERWRITTEN.sub("", text)] for name, text in streams.items()}
    return found


def _miscount(kind: str, stored: list, new: list) -> str:
    """Complain of an output too many or too few, and show a text."""
    message = f"{kind}: {len(stored)} stored, now {len(new)}"
    if kind == PICTURE:
        return message
    one = str((new or stored)[-1]).splitlines()
    return "\n".join([message, *(f"  {line}" for line in one[:10])])


def _difference(stored: str, new: str, at_most: int = 24) -> str:
    """Show the lines that differ: - as stored, + as they are now."""
    lines = difflib.unified_diff(
        stored.splitlines(), new.splitlines(), n=0, lineterm=""
    )
    shown = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    if not shown:
        return f"- {stored!r}\n+ {new!r}"
    return "\n".join(shown[:at_most] + ["..."] * (len(shown) > at_most))


def _whole(number: str) -> int:
    return int(number.replace(",", "").rstrip("."))


def _last_digit(number: Decimal, printed: str) -> Decimal:
    """Return what one more in the last printed digit is worth; for "3.", nothing."""
    if printed.endswith("."):
        return Decimal(0)
    return Decimal((0, (1,), number.as_tuple().exponent))


def _opened(png: str) -> Image.Image:
    """Open a picture in base64."""
    return Image.open(io.BytesIO(base64.b64decode(png)))


def _on_paper(png: str) -> Image.Image:
    """Read a picture in base64: red, green and blue, on white paper."""
    picture = _opened(png).convert("RGBA")
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture).convert("RGB")


def _size(picture: Image.Image) -> str:
    return "{} x {}".format(*picture.size)


def _largest_tile(a: Image.Image, b: Image.Image) -> float:
    """Return by how much, from 0 to 1, tiles of TILE pixels differ in the worst place.

    Tiles at the edge are filled up with what both have.
    """
    width, height = a.size
    edge = (0, 0, -width % TILE, -height % TILE)
    worst = 0.0
    for one, other in zip(a.split(), b.split(), strict=True):
        means = [
            ImageOps.expand(channel, edge, 255).convert("F").reduce(TILE)
            for channel in (one, other)
        ]
        values = [mean.tobytes() for mean in means]
        pairs = zip(*(memoryview(v).cast("f") for v in values), strict=True)
        worst = max(worst, *(abs(x - y) / 255 for x, y in pairs))
    return worst
