"""What a number was made of, as a graph."""

from collections import Counter

import numpy as np

from digitlib.pictures import plots
from digitlib.value import Value


def show_value(result: Value, alt: str) -> None:
    """Show all that a Value was made of, from left to right; for small formulas.

    A box holds a number's name, the number and its grad. An arrow leads from it to
    what was made of it, and shows the derivative that the walk back multiplies by.

    Parameters
    ----------
    result : Value
        The number at the right end. Anything with `data`, `grad`, `name`, `history` and
        `parents` will do.
    alt : str
        What the picture shows, in words.
    """
    history = result.history()
    columns = dict.fromkeys(history, 0)  # steps from the result, on the longest way
    for number in reversed(history):
        for parent, _ in number.parents:
            columns[parent] = max(columns[parent], columns[number] + 1)
    sizes, seen = Counter(columns.values()), Counter()
    last, highest = max(sizes), max(sizes.values())
    figure, axes = plots.subplots(size=(1.6 * (last + 1), 0.55 + 0.85 * highest))
    box = {"boxstyle": "round,pad=0.4", "fc": "white", "ec": plots.BLUE}
    paper = {"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none"}
    middle = {"ha": "center", "va": "center"}
    boxes = {}
    for number in history:
        column = columns[number]
        seen[column] += 1
        place = last - column, (sizes[column] + 1) / 2 - seen[column]
        text = f"{number.name}\n{number.data:.4f}\ngrad {number.grad:.4f}".lstrip()
        boxes[number] = axes.text(*place, text, size=8.5, bbox=box, **middle)
    for number in history:
        for parent, slope in number.parents:
            start, end = (np.array(boxes[n].get_position()) for n in (parent, number))
            arrow = {"arrowstyle": "-|>", "color": plots.BLUE, "lw": 0.8}
            arrow |= {"patchA": boxes[parent].get_bbox_patch(), "shrinkA": 1}
            arrow |= {"patchB": boxes[number].get_bbox_patch(), "shrinkB": 1}
            axes.annotate("", end, start, arrowprops=arrow)
            label = np.format_float_positional(slope, precision=4, trim="-")
            axes.text(*(start + end) / 2, label, size=8, bbox=paper, **middle)
    edge = highest / 2
    axes.set(xlim=(-0.45, last + 0.45), ylim=(-edge, edge))
    axes.set_axis_off()
    plots.show(figure, alt)
