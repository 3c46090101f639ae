// Paper to draw on, by mouse, pen, finger and keyboard. Coordinates go from 0 to 1 across
// it, y downwards; a stroke is a list of points [x, y].

import { button, element } from "./shared.js";

const PIXELS = 560; // of the paper on the screen, however large it is shown
const CLOSE = 0.003; // a point nearer to the last one says nothing new
const STEP = 0.02; // of the keyboard's cursor; five times as far with Shift
const HELP =
  "Draw with mouse, finger or pen. On the keyboard, arrow keys move the cursor, with " +
  "Shift in large steps; Space or Enter puts the pen down and lifts it; Backspace or " +
  "Ctrl+Z undoes; Delete or Escape clears.";

let papers = 0; // made so far; makes identifiers unique

// `drawn` gets the strokes as often as the screen is painted while one is being drawn, and
// at its end; `tell` gets words for who cannot see.
export function drawingPaper({ strokes, pen, drawn, tell }) {
  const id = `paper-${++papers}`;
  const paper = element("canvas", {
    class: "paper", width: PIXELS, height: PIXELS, tabIndex: 0, role: "application",
    "aria-roledescription": "drawing pad", "aria-label": "Your digit", "aria-describedby": id,
    "data-lm-suppress-shortcuts": "true", // or JupyterLab takes the keys
  });
  let stroke = null; // the one being drawn; it is the last of `strokes`
  let pointer = null; // which finger, pen or mouse draws it; null for the keyboard
  let cursor = [0.5, 0.5]; // the keyboard's
  let cleared = null; // the drawing before it was cleared, which undo brings back
  let asked = 0;

  // ---- what happens to the drawing

  function begin(point, by) {
    stroke = [point];
    pointer = by;
    strokes = [...strokes, stroke];
    soon();
  }

  function extend(point) {
    const [x, y] = stroke[stroke.length - 1];
    if (Math.hypot(point[0] - x, point[1] - y) < CLOSE) return;
    stroke.push(point);
    soon();
  }

  function end() {
    stroke = pointer = null;
    send();
  }

  function undo() {
    if (strokes.length) replace(strokes.slice(0, -1));
    else if (cleared) replace(cleared);
  }

  function clear() {
    if (!strokes.length) return;
    const before = strokes;
    replace([]);
    cleared = before;
  }

  function replace(others) {
    strokes = others;
    cleared = null;
    end();
  }

  function soon() {
    asked ||= requestAnimationFrame(send);
  }

  function send() {
    cancelAnimationFrame(asked);
    asked = 0;
    paint();
    drawn(strokes.map((points) => points.map((point) => [...point])));
  }

  // ---- what is shown

  const hasKeys = () => place.classList.contains("keys");

  function useKeys(yes) {
    place.classList.toggle("keys", yes);
    paint();
  }

  function paint() {
    paintStrokes(paper, strokes, pen);
    if (!strokes.length) paintInvitation(paper);
    if (hasKeys()) paintCursor(paper, cursor, pen, Boolean(stroke));
  }

  // ---- mouse, pen and touch are all pointers

  function where(event) {
    const box = paper.getBoundingClientRect();
    return [
      inside((event.clientX - box.left) / box.width),
      inside((event.clientY - box.top) / box.height),
    ];
  }

  function down(event) {
    if (pointer !== null || event.button > 0) return;
    event.preventDefault();
    if (stroke) end(); // the keyboard's
    paper.focus({ preventScroll: true });
    paper.setPointerCapture(event.pointerId);
    useKeys(false);
    begin(where(event), event.pointerId);
  }

  function move(event) {
    if (!stroke || event.pointerId !== pointer) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) extend(where(each));
  }

  function up(event) {
    if (stroke && event.pointerId === pointer) end();
  }

  // ---- the keyboard

  function key(event) {
    const step = event.shiftKey ? 5 * STEP : STEP;
    const moves = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    };
    const command = event.ctrlKey || event.metaKey;
    const isUndo = event.key === "Backspace" || (command && event.key === "z");
    if (isUndo) undo();
    else if (event.key === "Delete" || event.key === "Escape") clear();
    else if (pointer !== null || command || event.altKey) return;
    else if (event.key in moves) moveCursor(moves[event.key]);
    else if (event.key === " " || event.key === "Enter") togglePen();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (pointer === null) useKeys(true);
  }

  function moveCursor([dx, dy]) {
    cursor = [inside(cursor[0] + dx), inside(cursor[1] + dy)];
    if (stroke) extend(cursor);
  }

  function togglePen() {
    if (stroke) return end();
    begin(cursor, null);
    tell("Pen down");
  }

  function leave() {
    if (stroke && pointer === null) end();
    useKeys(false);
  }

  paper.addEventListener("pointerdown", down);
  paper.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
    paper.addEventListener(name, up);
  }
  // Without this, phones scroll, magnify, or lose a tap that follows a swipe.
  for (const name of ["touchstart", "touchmove", "touchend"]) {
    paper.addEventListener(name, (event) => event.preventDefault(), { passive: false });
  }
  paper.addEventListener("keydown", key);
  paper.addEventListener("focus", () => useKeys(pointer === null));
  paper.addEventListener("blur", leave);

  // Instructions come up when the keyboard reaches the paper; screen readers always have them.
  const place = element("section", { class: "drawing" }, paper,
    element("div", { class: "buttons" }, button("Undo", undo), button("Clear", clear)),
    element("p", { class: "help", id }, HELP));
  paint();
  return {
    place,
    isDrawing: () => Boolean(stroke),
    set(others) {
      if (stroke) return; // what is being drawn here is newer
      strokes = others;
      paint();
    },
    setPen(width) {
      pen = width;
      paint();
    },
    stop: () => cancelAnimationFrame(asked),
  };
}

// ---- painting

function paintStrokes(canvas, strokes, pen) {
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, PIXELS, PIXELS);
  brush.strokeStyle = "#000";
  brush.lineWidth = pen * PIXELS;
  brush.lineCap = brush.lineJoin = "round";
  for (const [first, ...rest] of strokes) {
    if (!first) continue;
    brush.beginPath();
    brush.moveTo(...first.map(scaled));
    // A line to where it begins leaves a dot.
    for (const point of rest.length ? rest : [first]) brush.lineTo(...point.map(scaled));
    brush.stroke();
  }
}

function paintInvitation(canvas) {
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#6b6b6b";
  brush.font = "32px system-ui, sans-serif";
  brush.textAlign = "center";
  brush.fillText("draw a digit here", PIXELS / 2, PIXELS - 40);
}

function paintCursor(canvas, cursor, pen, isDown) {
  const brush = canvas.getContext("2d");
  const [x, y] = cursor.map(scaled);
  const circle = (radius, colour, width) => {
    brush.beginPath();
    brush.arc(x, y, radius, 0, 2 * Math.PI);
    brush.lineWidth = width;
    brush.strokeStyle = colour;
    brush.stroke();
  };
  const radius = (pen * PIXELS) / 2;
  circle(radius, "#fff", 8); // seen on ink as well as on paper
  circle(radius, "#D55E00", 4);
  if (isDown) {
    brush.fillStyle = "#D55E00";
    brush.fill();
  }
}

const scaled = (part) => part * PIXELS;
const inside = (part) => Math.round(1e4 * Math.min(1, Math.max(0, part))) / 1e4;
