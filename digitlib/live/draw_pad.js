// The browser's half of digitlib.live.draw_pad: it takes strokes, and shows what Python makes
// of them. Coordinates go from 0 to 1 across the paper, y downwards.

const PIXELS = 560; // of the paper on the screen, however large it is shown
const SEEN = 28; // pixels along one side of what the network sees
const CLOSE = 0.003; // a point nearer to the last one says nothing new
const STEP = 0.02; // of the keyboard's cursor; five times as far with Shift
const PATIENCE = 1500; // milliseconds until a missing answer is worth a word

const HELP =
  "Draw with mouse, finger or pen. On the keyboard, arrow keys move the cursor, with " +
  "Shift in large steps; Space or Enter puts the pen down and lifts it; Backspace or " +
  "Ctrl+Z undoes; Delete or Escape clears.";
const LATE =
  "Waiting for Python. Is another cell still running? If the kernel has been " +
  "restarted, run this cell again.";

let views = 0; // shown so far; makes identifiers unique

function render({ model, el }) {
  const page = build(el, `draw-pad-${++views}`);
  let strokes = model.get("strokes");
  let stroke = null; // the one being drawn; it is the last of `strokes`
  let pointer = null; // which finger, pen or mouse draws it; null for the keyboard
  let cursor = [0.5, 0.5]; // the keyboard's
  let cleared = null; // the drawing before it was cleared, which undo brings back
  let frame = 0;
  let timer = 0;

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

  // While a stroke is being drawn, Python gets it as often as the screen is painted, or
  // as often as it keeps up with: messages that wait for it are merged into one.
  function soon() {
    frame ||= requestAnimationFrame(send);
  }

  function send() {
    cancelAnimationFrame(frame);
    frame = 0;
    model.set("strokes", strokes.map((points) => points.map((point) => [...point])));
    model.set("drawn", model.get("drawn") + 1);
    paint();
    model.save_changes();
  }

  // ---- what is shown

  function paint() {
    const pen = model.get("pen");
    paintStrokes(page.paper, strokes, pen);
    if (!strokes.length) paintInvitation(page.paper);
    if (hasKeys()) paintCursor(page.paper, cursor, pen, Boolean(stroke));
  }

  function hasKeys() {
    return page.root.classList.contains("keys");
  }

  function useKeys(yes) {
    page.root.classList.toggle("keys", yes);
    paint();
  }

  function takeStrokes() {
    if (stroke) return; // what is being drawn here is newer
    strokes = model.get("strokes");
    paint();
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
    page.root.dataset.state = late || stroke ? "drawing" : "read";
    clearTimeout(timer);
    if (late) {
      timer = setTimeout(() => note(LATE), PATIENCE);
      return;
    }
    note(model.get("fault"));
    if (!stroke) announce(sentence(model.get("activations")));
  }

  function note(text) {
    page.note.textContent = text;
    page.note.hidden = !text;
  }

  function announce(text) {
    if (page.live.textContent !== text) page.live.textContent = text;
  }

  // ---- mouse, pen and touch are all pointers

  function place(event) {
    const box = page.paper.getBoundingClientRect();
    return [
      inside((event.clientX - box.left) / box.width),
      inside((event.clientY - box.top) / box.height),
    ];
  }

  function down(event) {
    if (pointer !== null || event.button > 0) return;
    event.preventDefault();
    if (stroke) end(); // the keyboard's
    page.paper.focus({ preventScroll: true });
    page.paper.setPointerCapture(event.pointerId);
    useKeys(false);
    begin(place(event), event.pointerId);
  }

  function move(event) {
    if (!stroke || event.pointerId !== pointer) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const each of all.length ? all : [event]) extend(place(each));
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
    announce("Pen down");
  }

  function leave() {
    if (stroke && pointer === null) end();
    useKeys(false);
  }

  const paper = page.paper;
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
  page.undo.addEventListener("click", undo);
  page.clear.addEventListener("click", clear);

  const follows = {
    "change:strokes": takeStrokes,
    "change:drawn": wait,
    "change:pen": paint,
    "change:pixels": showSeen,
    "change:activations": showActivations,
    "change:fault": wait,
    "change:read": wait,
  };
  for (const [name, follow] of Object.entries(follows)) model.on(name, follow);
  paint();
  showSeen();
  showActivations();
  wait();
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    for (const [name, follow] of Object.entries(follows)) model.off(name, follow);
  };
}

// ---- the parts of the page

function build(el, id) {
  const root = document.createElement("div");
  root.className = "draw-pad";
  root.innerHTML = `
    <section class="drawing">
      <canvas class="paper" width="${PIXELS}" height="${PIXELS}" tabindex="0"
        role="application" aria-roledescription="drawing pad" aria-label="Your digit"
        aria-describedby="${id}" data-lm-suppress-shortcuts="true"></canvas>
      <div class="buttons">
        <button type="button" class="undo">Undo</button>
        <button type="button" class="clear">Clear</button>
      </div>
    </section>
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
    <p class="help" id="${id}"></p>
    <p class="live" role="status"></p>`;
  const find = (name) => root.querySelector(`.${name}`);
  find("help").textContent = HELP;
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = document.createElement("li");
    row.innerHTML = `<b>${digit}</b><span aria-hidden="true"><i></i></span><em></em>`;
    root.querySelector("ol").append(row);
    return row;
  });
  el.classList.add("draw-pad-frame");
  el.append(root);
  const names = ["paper", "seen", "verdict", "sure", "note", "live", "undo", "clear"];
  return { root, rows, ...Object.fromEntries(names.map((name) => [name, find(name)])) };
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

function paintSeen(canvas, pixels) {
  const brush = canvas.getContext("2d");
  const picture = brush.createImageData(SEEN, SEEN);
  pixels.forEach((byte, at) => picture.data.set([...Array(3).fill(255 - byte), 255], 4 * at));
  brush.putImageData(picture, 0, 0);
}

// ---- numbers

const scaled = (part) => part * PIXELS;
const inside = (part) => Math.round(1e4 * Math.min(1, Math.max(0, part))) / 1e4;
const percent = (share) => `${(100 * share).toFixed(1)} %`;

function verdict(activations) {
  const highest = Math.max(...activations);
  return highest > 0 ? activations.indexOf(highest) : null;
}

function sentence(activations) {
  const best = verdict(activations);
  return best === null ? "" : `${best}, ${percent(activations[best])}`;
}

export default { render };
