// The browser's half of digitlib.live.draw_pad: it takes strokes, and shows what Python makes
// of them.

import { drawingPaper } from "./paper.js";
import { percent } from "./shared.js";

const SEEN = 28; // pixels along one side of what the network sees
const PATIENCE = 1500; // milliseconds until a missing answer is worth a word
const LATE =
  "Waiting for Python. Is another cell still running? If the kernel has been " +
  "restarted, run this cell again.";

function render({ model, el }) {
  const page = build(el);
  let timer = 0;

  // While a stroke is being drawn, Python gets it as often as the screen is painted, or
  // as often as it keeps up with: messages that wait for it are merged into one.
  function send(strokes) {
    model.set("strokes", strokes);
    model.set("drawn", model.get("drawn") + 1);
    model.save_changes();
  }

  function showSeen() {
    paintSeen(page.seen, model.get("pixels"));
  }

  function showActivations() {
    const activations = model.get("activations");
    const best = verdict(activations);
    page.rows.forEach((row, digit) => {
      row.className = digit === best ? "best" : "";
      row.querySelector("i").style.width = `${100 * activations[digit]}%`;
      row.lastElementChild.textContent = best === null ? "" : percent(activations[digit]);
    });
    page.verdict.textContent = best === null ? "" : `${best}`;
    page.sure.textContent = best === null ? "nothing yet" : percent(activations[best]);
  }

  // When Python has read the last drawing, all that it says of it has come as well.
  function wait() {
    const late = model.get("read") !== model.get("drawn");
    page.root.dataset.state = late || paper.isDrawing() ? "drawing" : "read";
    clearTimeout(timer);
    if (late) {
      timer = setTimeout(() => note(LATE), PATIENCE);
      return;
    }
    note(model.get("fault"));
    if (!paper.isDrawing()) announce(sentence(model.get("activations")));
  }

  function note(text) {
    page.note.textContent = text;
    page.note.hidden = !text;
  }

  function announce(text) {
    if (page.heard.textContent !== text) page.heard.textContent = text;
  }

  const paper = drawingPaper({
    strokes: model.get("strokes"), pen: model.get("pen"), drawn: send, tell: announce,
  });
  page.root.prepend(paper.place);
  const follows = {
    "change:strokes": () => paper.set(model.get("strokes")),
    "change:drawn": wait,
    "change:pen": () => paper.setPen(model.get("pen")),
    "change:pixels": showSeen,
    "change:activations": showActivations,
    "change:fault": wait,
    "change:read": wait,
  };
  for (const [name, follow] of Object.entries(follows)) model.on(name, follow);
  showSeen();
  showActivations();
  wait();
  return () => {
    paper.stop();
    clearTimeout(timer);
    for (const [name, follow] of Object.entries(follows)) model.off(name, follow);
  };
}

// ---- the parts of the page

function build(el) {
  const root = document.createElement("div");
  root.className = "draw-pad";
  root.innerHTML = `
    <figure>
      <canvas class="seen" width="${SEEN}" height="${SEEN}" role="img"
        aria-label="What the network sees: your digit in 28 by 28 pixels"></canvas>
      <figcaption>what the network sees</figcaption>
    </figure>
    <section class="reading">
      <p>It reads: <strong class="verdict"></strong> <span class="sure"></span></p>
      <ol aria-label="Activations of the digits"></ol>
    </section>
    <p class="note" role="alert" hidden></p>
    <p class="heard" role="status"></p>`;
  const find = (name) => root.querySelector(`.${name}`);
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = document.createElement("li");
    row.innerHTML = `<b>${digit}</b><span aria-hidden="true"><i></i></span><em></em>`;
    root.querySelector("ol").append(row);
    return row;
  });
  el.classList.add("draw-pad-frame");
  el.append(root);
  const names = ["seen", "verdict", "sure", "note", "heard"];
  return { root, rows, ...Object.fromEntries(names.map((name) => [name, find(name)])) };
}

function paintSeen(canvas, pixels) {
  const brush = canvas.getContext("2d");
  const picture = brush.createImageData(SEEN, SEEN);
  pixels.forEach((byte, at) => picture.data.set([...Array(3).fill(255 - byte), 255], 4 * at));
  brush.putImageData(picture, 0, 0);
}

function verdict(activations) {
  const highest = Math.max(...activations);
  return highest > 0 ? activations.indexOf(highest) : null;
}

function sentence(activations) {
  const best = verdict(activations);
  return best === null ? "" : `${best}, ${percent(activations[best])}`;
}

export default { render };
