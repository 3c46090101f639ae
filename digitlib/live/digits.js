// Which digit a figure looks at: one of those that it has, or one's own on paper.

import { drawingPaper } from "./paper.js";
import { ink, prepare } from "./preparation.js";
import { SIDE, button, element, grid, paint, pixels } from "./shared.js";

// In the view, `shown` is the number of a digit, or null for what is `drawn`. `change` gets
// what becomes of them.
export function digitPicker({ digits, labels, view, change, tell }) {
  const images = digits.map((bytes) => bytes.map((byte) => byte / 256));
  const cells = images.map((x, k) => {
    const canvas = pixels(SIDE, SIDE);
    paint(canvas, x, 0, 1);
    return element("button", { type: "button", "aria-label": labels ? `a ${labels[k]}` : `digit ${k + 1}` }, canvas);
  });
  cells.push(button("Draw"));
  const row = grid("The digit to read", cells.length, cells, (k) => change({ shown: k < images.length ? k : null }));
  const paper = drawingPaper({ strokes: view.drawn, drawn: (drawn) => change({ drawn }), tell });
  let prepared = {}; // what has been drawn and the image made of it, until there is more
  return {
    places: [element("section", { class: "digits" }, row), paper.place],
    // The image of 784 numbers that is looked at; show it in the row.
    show({ shown, drawn }) {
      cells.forEach((cell, k) => cell.setAttribute("aria-pressed", `${k === (shown ?? images.length)}`));
      paper.place.hidden = shown !== null;
      if (shown !== null) return images[shown];
      if (prepared.drawn !== drawn) prepared = { drawn, x: prepare(ink(drawn)).map((byte) => byte / 256) };
      return prepared.x;
    },
    follow: ({ drawn }) => paper.set(drawn),
    stop: paper.stop,
  };
}
