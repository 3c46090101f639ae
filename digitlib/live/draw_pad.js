// A pad to draw a digit on. In a notebook it takes strokes, and shows what Python makes of
// them; on a web page, where there is no Python, it reads with a network that was stored.

import { drawingPaper } from "./paper.js";
import { assemble, feedforward } from "./model.js";
import { ink, prepare } from "./preparation.js";
import { bars, best, element, frame, paint, percent, pixels, SIDE, unpack } from "./shared.js";

const PATIENCE = 1500; // milliseconds until a missing answer is worth a word
const LATE =
  "Waiting for Python. Is another cell still running? If the kernel has been " +
  "restarted, run this cell again.";

function render({ model, el }) {
  const page = build(el);
  return model.get("view").layers ? readHere(page, model) : askPython(page, model);
}

function readHere(page, model) {
  const { layers, strokes, pen } = model.get("view");
  const network = assemble(layers, unpack(model.get("arrays")));
  const read = (drawn) => {
    const bytes = prepare(ink(drawn, pen));
    const blank = !bytes.some((byte) => byte);
    page.showSeen(bytes);
    page.showActivations(blank ? bytes.slice(0, 10) : feedforward(network, bytes.map((byte) => byte / 256)));
    page.settle(paper.isDrawing(), "");
  };
  const paper = drawingPaper({ strokes, pen, drawn: read, tell: page.say });
  page.root.prepend(paper.place);
  read(strokes);
  return paper.stop;
}

function askPython(page, model) {
  let timer = 0;

  // While a stroke is being drawn, Python gets it as often as the screen is painted, or
  // as often as it keeps up with: messages that wait for it are merged into one.
  function send(strokes) {
    model.set("strokes", strokes);
    model.set("drawn", model.get("drawn") + 1);
    model.save_changes();
  }

  // When Python has read the last drawing, all that it says of it has come as well.
  function wait() {
    clearTimeout(timer);
    const late = model.get("read") !== model.get("drawn");
    if (late) timer = setTimeout(() => page.note(LATE), PATIENCE);
    page.settle(late || paper.isDrawing(), late ? null : model.get("fault"));
  }

  const paper = drawingPaper({
    strokes: model.get("strokes"), pen: model.get("pen"), drawn: send, tell: page.say,
  });
  page.root.prepend(paper.place);
  const follows = {
    "change:strokes": () => paper.set(model.get("strokes")),
    "change:pen": () => paper.setPen(model.get("pen")),
    "change:pixels": () => page.showSeen(model.get("pixels")),
    "change:activations": () => page.showActivations(model.get("activations")),
    change: wait, // comes when all of a message has been followed, in whatever order
  };
  for (const [name, follow] of Object.entries(follows)) model.on(name, follow);
  page.showSeen(model.get("pixels"));
  page.showActivations(model.get("activations"));
  wait();
  return () => {
    paper.stop();
    clearTimeout(timer);
    for (const [name, follow] of Object.entries(follows)) model.off(name, follow);
  };
}

// The parts of the page, and what is shown on them.
function build(el) {
  const { root, say, end } = frame(el, "draw-pad", "A pad to draw a digit on, and what is read");
  const seen = pixels(SIDE, SIDE, {
    role: "img", "aria-label": "What the network sees: your digit in 28 by 28 pixels",
  });
  seen.classList.add("seen");
  const verdict = element("strong", { class: "verdict" }), sure = element("span", { class: "sure" });
  const rows = bars("Activations of the digits");
  const alert = element("p", { class: "note", role: "alert", hidden: true });
  root.append(
    element("figure", {}, seen, element("figcaption", {}, "what the network sees")),
    element("section", { class: "reading" }, element("p", {}, "It reads: ", verdict, " ", sure), rows.place),
    alert,
  );
  end();

  const note = (text) => {
    alert.textContent = text;
    alert.hidden = !text;
  };
  return {
    root, say, note,
    showSeen: (bytes) => paint(seen, bytes, 0, 255),
    showActivations(activations) {
      const digit = best(activations), blank = !activations[digit];
      rows.set(activations);
      verdict.textContent = blank ? "" : `${digit}`;
      sure.textContent = blank ? "nothing yet" : percent(activations[digit]);
    },
    // All has been said of the drawing, or is still to come: then there is no fault yet.
    settle(drawing, fault) {
      root.dataset.state = drawing ? "drawing" : "read";
      if (fault !== null) note(fault);
      if (!drawing) say(verdict.textContent && `${verdict.textContent}, ${sure.textContent}`);
    },
  };
}

export default { render };
