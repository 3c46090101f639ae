// The window: what does a filter see under it, where does the sum go, what has a neuron seen?

import { assemble, convolve, each, outputs, windows } from "./model.js";
import {
  bars, button, calm, choice, draggable, element, frame, grid, highest, number, painter, unpack,
  viewed,
} from "./shared.js";

// ---- the lesson's equations, for one picture and one filter: a[r][c], w[u][v]

// The pixels under the window of place (r, c); beyond the edge there is 0.
export function pixelsUnder(a, K, s, P, [r, c]) {
  return Array.from({ length: K }, (_, u) => Float64Array.from({ length: K }, (_, v) =>
    a[s * r - P + u]?.[s * c - P + v] ?? 0));
}

// Each weight times the pixel under it.
export const products = (w, seen) => w.map((row, u) => row.map((weight, v) => weight * seen[u][v]));

export const sum = (rows) => rows.reduce((all, row) => row.reduce((total, value) => total + value, all), 0);

// (CV1): the sums of all windows, with the bias.
export const featureMap = (a, w, b, s, P) => convolve([a], [[w]], [b], [s, s], [P, P])[0];

// (SIZE): how many places a map has, rows and columns.
export const places = (a, w, s, P) => windows([a], [[w]], [s, s], [P, P]);

// What the neuron in row r, column c of the last maps sees: the first and last row, and
// column, of the picture, then of the first maps, and so on up to the neuron itself.
export function receptiveFields(layers, [r, c]) {
  const fields = [[[r, r], [c, c]]];
  for (const { kind, weights, stride, padding } of [...layers].reverse()) {
    if (kind !== "Convolution") continue;
    const K = [weights[0][0].length, weights[0][0][0].length];
    fields.unshift(fields[0].map(([first, last], k) =>
      [stride[k] * first - padding[k], stride[k] * last - padding[k] + K[k] - 1]));
  }
  return fields;
}

// ---- the figure

const SIZE = 560; // pixels along the larger pictures, however large they are shown
const TICK = 100; // milliseconds, of a window that walks
const TICKS = 60; // in which a map is full
const FAR = 4; // places at a step, with Shift
const STRIDES = ["1", "2", "3", "4"], PADDINGS = ["0", "1", "2"];
const HELP = "Drag it, or move it with the arrow keys, with Shift by four places.";

function render({ model, el }) {
  const arrays = unpack(model.get("arrays"));
  const { pictures: titles, scales, filters: names, layers: kinds } = model.get("view");
  const pictures = scales.map((scale, k) => each(arrays[`picture_${k}`], (byte) => byte / scale));
  const layers = assemble(kinds, arrays);
  const first = layers.findIndex(({ kind }) => kind === "Convolution");
  const learned = first < 0 ? [] : layers[first].weights.map(([w]) => w);
  const network = pictures.map(() => null); // what its layers say of each picture, once asked for
  const mean = layers.find(({ kind }) => kind === "Centre")?.mean ?? 0;

  const said = (k) => network[k] ??= outputs(layers, pictures[k].flatMap((row) => [...row]));
  const maps = (k) => said(k).filter((_, number) => layers[number].kind === "ReLU");
  // What the chosen filter is laid on, its weights and its bias.
  const laid = ({ picture, filter }) => {
    const o = filter - names.length;
    if (o < 0) return { a: pictures[picture], w: arrays.filters[filter], b: 0, mean: 0 };
    return { a: said(picture)[first - 1][0], w: learned[o], b: layers[first].biases[o], mean };
  };
  const size = (view) => {
    const { a, w } = laid(view);
    return places(a, w, view.stride, view.padding);
  };

  const { root, say, end } = frame(el, "window", "A window that walks over a picture");
  let view = model.get("view"), walking = 0;
  const { change, leave } = viewed(model, (now) => {
    view = now;
    show();
  });
  const stop = () => {
    clearInterval(walking);
    walking = 0;
    play.textContent = "Play";
  };
  // Another picture or filter, stride or margin: the map begins anew, where the window is.
  const turn = (values) => {
    stop();
    const [rows, columns] = size({ ...view, ...values });
    const place = [Math.min(view.place[0], rows - 1), Math.min(view.place[1], columns - 1)];
    change({ ...values, place, seen: [place[0] * columns + place[1]] });
  };
  const move = (to) => {
    stop();
    const sides = size(view);
    const place = sides.map((side, k) => Math.max(0, Math.min(side - 1, Math.round(to[k]))));
    change({ place, seen: [...new Set([...view.seen, place[0] * sides[1] + place[1]])], neuron: null });
  };
  // Row by row, over the places that are empty yet.
  const walk = (most) => {
    const [rows, columns] = size(view), seen = new Set(view.seen);
    const empty = Array.from({ length: rows * columns }, (_, k) => k).filter((k) => !seen.has(k));
    const next = empty.slice(0, most), last = next.at(-1);
    if (next.length === empty.length) stop();
    if (!next.length) return;
    change({ place: [Math.floor(last / columns), last % columns], seen: [...view.seen, ...next], neuron: null });
  };
  const play = button("Play", () => {
    if (walking) return stop();
    const [rows, columns] = size(view), all = rows * columns;
    if (view.seen.length === all) change({ seen: [] });
    if (calm()) return walk(all);
    play.textContent = "Stop";
    walking = setInterval(walk, TICK, Math.ceil(all / TICKS));
  });

  const ground = shown({
    tabIndex: 0, role: "application", "aria-roledescription": "picture", "aria-label": `The window on the picture. ${HELP}`,
  });
  const result = shown({ role: "img" });
  const tables = ["pixels", "filter", "products"].map(table);
  const adding = element("p"), sizing = element("p", { class: "size" });
  const stride = choice("stride s", STRIDES, view.stride - 1, (k) => turn({ stride: k + 1, neuron: null }));
  const padding = choice("padding P", PADDINGS, view.padding, (P) => turn({ padding: P, neuron: null }));
  const digits = gallery("Pictures", 8, titles, (picture) => turn({ picture }));
  const choose = (filter) => turn({ filter, neuron: null });
  const byHand = gallery("Filters made by hand", 2, names, choose, 1, true);
  // A learnt filter walks at first as it does in the network.
  const inFirst = (o) => {
    const { stride: [s], padding: [P] } = layers[first];
    turn({ filter: names.length + o, stride: s, padding: P, neuron: null });
  };
  root.append(
    element("section", { class: "ground" }, ground.place, digits.place),
    element("section", { class: "ground" }, result.place),
    element("section", { class: "turns" }, byHand.place, stride.place, padding.place, sizing, play),
    element("section", { class: "sums" },
      tables[0].place, "×", tables[1].place, "=", tables[2].place, adding),
  );
  pictures.forEach((a, k) => cells(digits.canvases[k], a, ink));
  (arrays.filters ?? []).forEach((w, k) => cells(byHand.canvases[k], w, signed(highest(w))));

  end();
  const upper = learned.length ? upperLayers() : null;

  // What only a figure with a network has: its filters and maps, neurons, and the verdict.
  function upperLayers() {
    const below = maps(view.picture)[0], above = maps(view.picture).at(-1);
    let chosen = view.neuron ?? [0, 0, 0];
    const filters = gallery("Filters of the first convolution and their maps", 16,
      below.map((_, k) => `filter ${k} and its map`), inFirst, 2);
    learned.forEach((w, k) => cells(filters.canvases[2 * k], w, signed(highest(w))));
    const lasts = gallery("Maps of the last convolution", 16, above.map((_, k) => `map ${k}`),
      (map) => light([map, ...chosen.slice(1)]));
    const columns = above[0][0].length;
    const neurons = Array.from(above[0].flatMap((row) => [...row]), () => button(""));
    const ofMap = grid("Neurons of the map", columns, neurons, (k) =>
      light([chosen[0], Math.floor(k / columns), k % columns]));
    const heading = element("p", { class: "title" }), patch = shown({ class: "shown patch", role: "img" });
    patch.light(null);
    const verdict = bars("What the network answers");
    const light = (neuron) => {
      stop();
      change({ neuron });
    };
    root.append(
      element("section", { class: "wide" }, element("p", { class: "title" }, "First convolution: each filter, and its map after ReLU"), filters.place),
      element("section", { class: "wide" }, element("p", { class: "title" }, "Last convolution: its maps after ReLU"), lasts.place),
      element("section", { class: "ground" }, heading, ofMap, patch.place),
      element("section", { class: "ground" }, element("p", { class: "title" }, "Verdict"), verdict.place));

    let painted = -1, lit = null, drawn = "";
    return () => {
      const shows = JSON.stringify([view.picture, view.filter, view.neuron]);
      if (shows === drawn) return lit; // a window that moves changes nothing here
      drawn = shows;
      chosen = view.neuron ?? chosen;
      const lowest = maps(view.picture)[0], last = maps(view.picture).at(-1), [map, r, c] = chosen;
      if (painted !== view.picture) {
        painted = view.picture;
        lowest.forEach((a, k) => cells(filters.canvases[2 * k + 1], a, dark(highest(a))));
        last.forEach((a, k) => cells(lasts.canvases[k], a, dark(highest(a))));
        verdict.set(arrays.answers[painted]);
      }
      last[map].forEach((row, i) => row.forEach((value, k) => {
        const neuron = neurons[i * columns + k];
        neuron.textContent = number(value);
        neuron.setAttribute("aria-pressed", !!view.neuron && i === r && k === c);
      }));
      filters.press(view.filter - names.length);
      lasts.press(view.neuron ? map : -1);
      const field = view.neuron && receptiveFields(layers, [r, c]);
      filters.light(field?.[1], lowest[0]);
      heading.textContent = `Neurons of map ${map}${field ? ", and what the chosen one has seen" : ""}`;
      patch.place.hidden = !field;
      if (field) {
        const seen = cut(pictures[view.picture], field[0]);
        cells(patch.canvas, seen, ink);
        patch.place.setAttribute("aria-label", `What it has seen: ${seen.length} by ${seen[0].length} pixels`);
      }
      lit = field && { field, value: last[map][r][c] };
      return lit;
    };
  }

  const show = painter(() => {
    const { a, w, b, mean } = laid(view), { stride: s, padding: P, place } = view;
    const K = w.length, [r, c] = place, z = featureMap(a, w, b, s, P);
    const under = pixelsUnder(a, K, s, P, place), each = products(w, under);
    const lit = upper?.();
    const wide = cut(pictures[view.picture], [a, a[0]].map((side) => [-P, side.length - 1 + P]));
    cells(ground.canvas, wide, ink);
    const box = lit ? lit.field[0].map((side) => side.map((k) => k + P))
      : [[s * r, s * r + K - 1], [s * c, s * c + K - 1]];
    ground.light(box, wide, !!lit);
    const seen = new Set(view.seen);
    cells(result.canvas, z, signed(highest(z)), (k) => seen.has(k));
    result.light(lit ? null : [[r, r], [c, c]], z, false);
    tables[0].caption.textContent = mean ? `pixels - ${number(mean)}` : "pixels";
    tables[0].set(under, (value) => ink(value + mean));
    tables[1].set(w, signed(highest(w)));
    tables[2].set(each, signed(highest(each)));
    adding.textContent = `Sum ${short(sum(each))}, bias ${short(b)}: z = ${short(z[r][c])}`;
    const N = a.length, M = z.length;
    sizing.textContent = `(SIZE): ⌊(${N} + 2·${P} − ${K}) / ${s}⌋ + 1 = ${M}`;
    result.place.setAttribute("aria-label", `The map: ${seen.size} of ${M * z[0].length} places are filled.`);
    // A place of the map is shown as large as a pixel.
    result.place.style.width = `${Math.min(100, (100 * z[0].length) / wide[0].length)}%`;
    stride.set(s - 1);
    padding.set(P);
    digits.press(view.picture);
    byHand.press(view.filter);
    root.dataset.z = JSON.stringify(z.map((row) => [...row]));
    say(lit ? ofNeuron(view, lit) : ofWindow(view, names, each, b, z));
  });

  draggable(ground.place, ([across, down]) => {
    const { a, w } = laid(view), { stride: s, padding: P } = view, sides = [a.length, a[0].length];
    move([down, across].map((part, k) => (part * (sides[k] + 2 * P) - w.length / 2) / s));
  }, ([east, south]) => move([view.place[0] + south, view.place[1] + east]), FAR);
  show();
  return () => {
    stop();
    leave();
  };
}

// ---- words: numbers as the lesson prints them, whole ones without decimals

const short = (value) => (Number.isInteger(value) ? `${value + 0}` : number(value));

function ofWindow({ filter, place: [r, c], seen }, names, each, b, z) {
  const name = names[filter] ?? `filter ${filter - names.length} of the first layer`;
  const bias = b ? `; with the bias ${short(b)} that is ${short(z[r][c])}` : "";
  const full = seen.length === z.length * z[0].length ? " The map is full." : "";
  return `Row ${r}, column ${c} of a map of ${z.length} by ${z[0].length}, ${name}:`
    + ` the ${each.length ** 2} products add up to ${short(sum(each))}${bias}.${full}`;
}

function ofNeuron({ neuron: [map, r, c] }, { field: [[rows, columns], below], value }) {
  const [down, along] = below.map(([from, to]) => `${from} to ${to}`);
  return `The neuron in row ${r}, column ${c} of map ${map} says ${number(value)}. It has seen rows`
    + ` ${rows.join(" to ")} and columns ${columns.join(" to ")} of the picture,`
    + ` through rows ${down} and columns ${along} of each first map.`;
}

// ---- pictures

const ink = (value) => 255 * (1 - value);
const dark = (most) => (value) => 255 * (1 - value / most);
const signed = (most) => (value) => 127.5 * (1 - value / most);
const onGrey = (grey) => (grey < 118 ? "#fff" : "#000"); // text, with a contrast of 4.5

// Rows and columns of a picture, the last ones too; there is nothing beyond its edge.
function cut(a, [[top, bottom], [left, right]]) {
  return Array.from({ length: bottom - top + 1 }, (_, r) =>
    Float64Array.from({ length: right - left + 1 }, (_, c) => a[top + r]?.[left + c] ?? NaN));
}

// Numbers as grey cells; what is not known, or no number, is left empty. Where there is
// room, the numbers stand in them.
function cells(canvas, a, grey, known = () => true) {
  const columns = a[0].length, scale = Math.floor(canvas.width / columns), brush = canvas.getContext("2d");
  canvas.width = scale * columns;
  canvas.height = scale * a.length;
  brush.font = `${0.4 * scale}px system-ui, sans-serif`;
  brush.textAlign = "center";
  brush.textBaseline = "middle";
  a.forEach((row, r) => row.forEach((value, c) => {
    if (Number.isNaN(value) || !known(r * columns + c)) return;
    const shade = Math.round(grey(value));
    brush.fillStyle = `rgb(${shade} ${shade} ${shade})`;
    brush.fillRect(c * scale, r * scale, scale, scale);
    if (scale < 60) return;
    brush.strokeStyle = "#8c8c8c";
    brush.strokeRect(c * scale, r * scale, scale, scale);
    brush.fillStyle = onGrey(shade);
    brush.fillText(short(value), (c + 0.5) * scale, (r + 0.5) * scale);
  }));
}

// A canvas with a frame on it: `light` puts it around rows and columns of what is shown.
function shown(attributes = {}, size = SIZE) {
  const canvas = element("canvas", { width: size, height: size, class: "pixels" });
  const mark = element("i");
  const place = element("div", { class: "shown", ...attributes }, canvas, mark);
  const light = (box, a, dim) => {
    mark.hidden = !box;
    place.classList.toggle("lit", !!dim);
    if (!box) return;
    const [[top, bottom], [left, right]] = box;
    const style = { left, top, width: right - left + 1, height: bottom - top + 1 };
    for (const [name, cell] of Object.entries(style)) {
      const all = name === "left" || name === "width" ? a[0].length : a.length;
      mark.style[name] = `${(100 * cell) / all}%`;
    }
  };
  return { place, canvas, light };
}

// A grid of buttons that show pictures, `each` of them one below the other; their labels
// are heard, or written as well.
function gallery(label, columns, labels, choose, each = 1, written = false) {
  const pictures = labels.flatMap(() => Array.from({ length: each }, () => shown({}, 84)));
  const buttons = labels.map((title, k) => element("button", { type: "button", "aria-label": title, title },
    ...pictures.slice(each * k, each * (k + 1)).map((picture) => picture.place), written ? title : ""));
  const place = grid(label, columns, buttons, choose);
  for (const picture of pictures) picture.light(null);
  return {
    place,
    canvases: pictures.map((picture) => picture.canvas),
    press: (chosen) => buttons.forEach((one, k) => one.setAttribute("aria-pressed", k === chosen)),
    // The last of each button's pictures.
    light: (box, a) => pictures.forEach((picture, k) => {
      if (k % each === each - 1) picture.light(box, a, true);
    }),
  };
}

// A table of numbers on grey; its cells stay, until there is another number of them.
function table(name) {
  const caption = element("caption", {}, name), body = element("tbody");
  const place = element("table", {}, caption, body);
  let boxes = [];
  const set = (rows, grey) => {
    if (boxes.length !== rows.length ** 2) {
      body.replaceChildren(...rows.map((row) => element("tr", {}, ...Array.from(row, () => element("td")))));
      boxes = [...body.querySelectorAll("td")];
    }
    rows.forEach((row, r) => row.forEach((value, c) => {
      const box = boxes[r * row.length + c], shade = Math.round(grey(value));
      box.textContent = short(value);
      box.style.background = `rgb(${shade} ${shade} ${shade})`;
      box.style.color = onGrey(shade);
    }));
  };
  return { place, caption, set };
}

export default { render };
