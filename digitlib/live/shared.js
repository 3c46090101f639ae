// What the live figures share: arrays, elements, pictures of pixels, dials, words.

export const SIDE = 28; // pixels along one side of a digit
export const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

// ---- arrays, as digitlib.live.figure packs them

const KINDS = { float16: Uint16Array, float32: Float32Array, float64: Float64Array, uint8: Uint8Array };

// The number that 16 bits stand for, where a browser has no Float16Array: a sign, five bits
// of an exponent, ten of a fraction. (No figure has infinite numbers.)
function half(bits) {
  const sign = bits >> 15 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = (bits & 1023) / 1024;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction) : 2 ** -14 * fraction);
}

// All arrays by their names: W[j][k] is a number, W[j] a row of them, in float64.
export function unpack(arrays) {
  const unpacked = {};
  for (const [name, { shape, dtype, data }] of Object.entries(arrays)) {
    const stored = new KINDS[dtype](bytes(data));
    unpacked[name] = nested(Float64Array.from(stored, dtype === "float16" ? half : undefined), shape);
  }
  return unpacked;
}

// Python sends bytes; a file has them as text, in base 64.
function bytes(data) {
  if (typeof data === "string") return Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer;
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
}

function nested(values, [count, ...rest]) {
  if (!rest.length) return values;
  const size = rest.reduce((product, length) => product * length, 1);
  return Array.from({ length: count }, (_, k) =>
    nested(values.subarray(k * size, (k + 1) * size), rest));
}

// ---- elements

// An element with attributes, properties (on..., className, textContent) and children.
export function element(kind, attributes = {}, ...children) {
  const made = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// The frame of a figure. `say` shows the one sentence that matters; a screen reader
// hears it when it has stood for a moment, not each of those that a drag goes through.
export function frame(el, name, label) {
  const sentence = element("p", { class: "sentence", "aria-hidden": "true" });
  const status = element("p", { class: "heard", role: "status" });
  const root = element("div", {
    class: `live ${name}`,
    role: "group",
    "aria-label": label,
  });
  // Or JupyterLab takes the keys, such as arrows, of whatever has the focus.
  root.addEventListener("focusin", ({ target }) => target.setAttribute("data-lm-suppress-shortcuts", "true"));
  let waiting = 0;
  const say = (text) => {
    if (text === sentence.textContent) return; // it stands already
    sentence.textContent = text;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (status.textContent !== text) status.textContent = text;
    }, 250);
  };
  el.classList.add("live-frame");
  el.append(root);
  const end = () => root.append(sentence, status); // below all else
  return { root, say, end };
}

// Hands a figure's view to `take` whenever it changes: in Python, or by touch, through the
// function `change`, which takes new values for some of it. `leave` ends that.
export function viewed(model, take) {
  const follow = () => take(model.get("view"));
  model.on("change:view", follow);
  const change = (values) => {
    model.set("view", { ...model.get("view"), ...values });
    model.save_changes();
  };
  return { change, leave: () => model.off("change:view", follow) };
}

// Paint with the screen, and once however often it is asked for in between.
export function painter(paint) {
  let asked = 0;
  return () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      paint();
    });
  };
}

// Whether the reader wants nothing to move by itself.
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// ---- what can be turned and pressed

export function button(text, press, attributes = {}) {
  return element("button", { type: "button", onclick: press, ...attributes }, text);
}

// A number to turn, with its name and its value beside it; `set` moves it silently.
export function dial({ label, min, max, step, value, show = String }, turn) {
  const number = element("b"); // an <output> would be announced
  const input = element("input", {
    type: "range", min: `${min}`, max: `${max}`, step: `${step}`,
    oninput: () => {
      set(input.valueAsNumber);
      turn(input.valueAsNumber);
    },
  });
  const set = (to) => {
    input.value = to;
    number.textContent = show(to);
    input.setAttribute("aria-valuetext", show(to));
  };
  set(value);
  const place = element("label", { class: "dial" }, element("span", {}, label), input, number);
  return { place, input, set };
}

// One of several, as round buttons.
export function choice(label, names, chosen, choose) {
  const group = `choice-${Math.random()}`; // of no other figure on the page
  const inputs = names.map((name, k) =>
    element("input", { type: "radio", name: group, checked: k === chosen, onchange: () => choose(k) }));
  const place = element("fieldset", { class: "choice" }, element("legend", {}, label),
    ...inputs.map((input, k) => element("label", {}, input, names[k])));
  return { place, inputs, set: (k) => { inputs[k].checked = true; } };
}

// A grid of buttons of which Tab reaches one, and arrow keys the others.
export function grid(label, columns, cells, choose) {
  const reach = (k, focus) => {
    cells.forEach((cell, at) => { cell.tabIndex = at === k ? 0 : -1; });
    if (focus) cells[k].focus();
  };
  const place = element("div", {
    class: "grid", role: "group", "aria-label": label,
    onkeydown: (event) => {
      // As many as there are at this width of the page.
      const across = getComputedStyle(place).gridTemplateColumns.split(" ").length;
      const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across, ArrowDown: across };
      const from = cells.indexOf(event.target), to = from + steps[event.key];
      if (from < 0 || !(to >= 0 && to < cells.length)) return;
      event.preventDefault();
      reach(to, true);
    },
  }, ...cells);
  cells.forEach((cell, k) => cell.addEventListener("click", () => {
    reach(k, false);
    choose(k);
  }));
  place.style.setProperty("--columns", columns);
  reach(0, false);
  return place;
}

// An area to be dragged over: `move` gets where, as parts of its width and height, and
// `shift` how far the arrow keys go, to the right and down; with Shift `far` times.
export function draggable(area, move, shift, far) {
  const where = (event) => {
    const box = area.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  area.addEventListener("pointerdown", (event) => {
    area.setPointerCapture(event.pointerId);
    move(where(event));
  });
  area.addEventListener("pointermove", (event) => {
    if (area.hasPointerCapture(event.pointerId)) move(where(event));
  });
  area.addEventListener("keydown", (event) => {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (!(event.key in ways)) return;
    event.preventDefault();
    shift(ways[event.key].map((step) => step * (event.shiftKey ? far : 1)));
  });
}

// ---- pictures

// A canvas of so many pixels, shown at whatever size its style says.
export function pixels(columns, rows, attributes = {}) {
  return element("canvas", { width: columns, height: rows, class: "pixels", ...attributes });
}

// Paint numbers as greys: `dark` is black, `light` white, as ink on paper.
export function paint(canvas, values, light, dark) {
  const brush = canvas.getContext("2d");
  const picture = brush.createImageData(canvas.width, canvas.height);
  for (let k = 0; k < values.length; k++) {
    const grey = 255 * (1 - (values[k] - light) / (dark - light));
    picture.data.fill(grey, 4 * k, 4 * k + 3);
    picture.data[4 * k + 3] = 255;
  }
  brush.putImageData(picture, 0, 0);
}

// Middle grey is 0, dark positive, light negative, as in the lessons' pictures of weights.
export function paintSigned(canvas, values, largest = highest(values)) {
  paint(canvas, values, -largest, largest);
}

// The largest size of a number, also in rows of numbers; 1 if all are 0, for it is a scale.
export const highest = (values) => size(values) || 1;
const size = (values) => (typeof values === "number" ? Math.abs(values)
  : values.reduce((most, value) => Math.max(most, size(value)), 0));
export const best = (values) => values.indexOf(Math.max(...values));

// A line through points [x, y].
export function trace(brush, [first, ...rest], colour) {
  brush.beginPath();
  brush.moveTo(...first);
  for (const point of rest) brush.lineTo(...point);
  brush.strokeStyle = colour;
  brush.stroke();
}

// Pieces of the line on which a grid of heights has a level, square by square.
export function contour(height, level) {
  const pieces = [];
  for (let row = 0; row + 1 < height.length; row++) {
    for (let column = 0; column + 1 < height[row].length; column++) {
      const corners = [[row, column], [row, column + 1], [row + 1, column + 1], [row + 1, column]];
      const crossed = corners.flatMap((from, k) => crossing(height, level, from, corners[(k + 1) % 4]));
      for (let k = 0; k + 1 < crossed.length; k += 2) pieces.push([crossed[k], crossed[k + 1]]);
    }
  }
  return pieces;
}

function crossing(height, level, from, to) {
  const [a, b] = [from, to].map(([row, column]) => height[row][column] - level);
  if (a > 0 === b > 0) return [];
  const part = a / (a - b);
  return [from.map((place, k) => place + part * (to[k] - place))];
}

// Ten bars, one a digit; `show` takes numbers from 0 to 1.
export function bars(label, show = percent) {
  const rows = DIGITS.map((digit) => {
    const bar = element("i");
    const number = element("em");
    const row = element("li", {}, element("b", {}, `${digit}`),
      element("span", { "aria-hidden": "true" }, bar), number);
    return { row, bar, number };
  });
  const place = element("ol", { class: "bars", "aria-label": label }, ...rows.map(({ row }) => row));
  const set = (values) => {
    const first = values.some(Boolean) ? best(values) : null; // none while all are 0
    rows.forEach(({ row, bar, number }, digit) => {
      row.className = digit === first ? "best" : "";
      bar.style.width = `${100 * values[digit]}%`;
      number.textContent = first === null ? "" : show(values[digit]);
    });
  };
  return { place, set };
}

// ---- words

export const percent = (share) => `${(100 * share).toFixed(1)} %`;
// As Python prints it, which takes the even one of two that are as near; and with a
// hyphen, for a minus would not be found by a search.
export function number(value, places = 2) {
  const text = (value + 0).toFixed(places), halves = value * 2 ** (places + 1);
  const between = Number.isInteger(halves) && halves % 2 !== 0; // 0.125, of two places
  if (!between || text.at(-1) % 2 === 0) return text;
  return (value - (Math.sign(value) * 0.5) / 10 ** places).toFixed(places);
}
