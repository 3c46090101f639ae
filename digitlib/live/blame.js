// Who is to blame? A small network forwards and backwards, an equation at a time.

import { backprop, costAt, quotient, sigmoidPrime, spot } from "./backpropagation.js";
import { button, calm, dial, element, frame, number, painter, unpack, viewed } from "./shared.js";

// ---- the equations with the numbers put in

const shown = (value) => number(value, 4);
const plain = (value) => `${Number(shown(value))}`; // 1, and not 1.0000
const factor = (text) => (text.startsWith("-") ? `(${text})` : text);
const spoken = ({ a }, layer, k) => factor(layer === 1 ? plain(a[0][k]) : shown(a[layer - 1][k]));

// A sum as one writes it by hand: 2 · 0.5 - 1 · 0.7 - 1.
function sum(terms) {
  return terms.map(([weight, rest], k) => {
    const sign = weight < 0 ? "-" : "+";
    return (k ? ` ${sign} ` : sign.replace("+", "")) + plain(Math.abs(weight)) + rest;
  }).join("");
}

// Of each its rule, what it finds, and its rows: left side, right side, result. Those of
// (BP3) and (BP4) are the rows of the neuron to which the chosen weight leads.
const EQUATIONS = {
  FF1: {
    rule: "z_j^(l) = Σ_k w_jk^(l) a_k^(l-1) + b_j^(l)", finds: "sum",
    rows: (now, l) => now.z[l - 2].map((z, j) => [`z_${j + 1}^(${l})`, sum([
      ...now.W[l - 2][j].map((w, k) => [w, ` · ${spoken(now, l - 1, k)}`]), [now.b[l - 2][j], ""],
    ]), z]),
  },
  FF2: {
    rule: "a_j^(l) = S(z_j^(l))", finds: "activation",
    rows: ({ z, a }, l) => a[l - 1].map((aj, j) => [`a_${j + 1}^(${l})`, `S(${shown(z[l - 2][j])})`, aj]),
  },
  C1: {
    rule: "C = ½ Σ_j (a_j^(L) - y_j)^2", finds: "cost",
    rows: ({ a, y, C }) => [["C", `½ · (${a.at(-1).map((aj, j) => `${off(aj, y[j])}²`).join(" + ")})`, C]],
  },
  BP1: {
    rule: "ε_j^(L) = (a_j^(L) - y_j) · S'(z_j^(L))", finds: "error",
    rows: ({ a, y, z, errors }, l) => errors.at(-1).map((error, j) =>
      [`ε_${j + 1}^(${l})`, `${off(a[l - 1][j], y[j])} · ${shown(sigmoidPrime(z[l - 2][j]))}`, error]),
  },
  BP2: {
    rule: "ε_j^(l) = (Σ_k w_kj^(l+1) ε_k^(l+1)) · S'(z_j^(l))", finds: "error",
    rows: ({ W, z, errors }, l) => errors[l - 2].map((error, j) => [`ε_${j + 1}^(${l})`, `(${
      sum(errors[l - 1].map((next, k) => [W[l - 1][k][j], ` · ${factor(shown(next))}`]))
    }) · ${shown(sigmoidPrime(z[l - 2][j]))}`, error]),
  },
  BP3: {
    rule: "∂C/∂b_j^(l) = ε_j^(l)",
    rows: ({ errors }, _, [l, j]) => [[`∂C/∂b_${j}^(${l})`, `ε_${j}^(${l})`, errors[l - 2][j - 1]]],
  },
  BP4: {
    rule: "∂C/∂w_jk^(l) = ε_j^(l) · a_k^(l-1)",
    rows: (now, _, [l, j]) => now.gradients[l - 2][j - 1].map((slope, k) =>
      [`∂C/∂w_${j}${k + 1}^(${l})`, `${shown(now.errors[l - 2][j - 1])} · ${spoken(now, l - 1, k)}`, slope]),
  },
};

const off = (a, y) => `(${shown(a)} - ${factor(plain(y))})`;

// Which equation comes after which, and for which layer.
export function course(layers) {
  const upper = Array.from({ length: layers - 1 }, (_, l) => l + 2);
  return [
    ...upper.flatMap((layer) => [{ name: "FF1", layer }, { name: "FF2", layer }]),
    { name: "C1", layer: layers }, { name: "BP1", layer: layers },
    ...upper.slice(0, -1).reverse().map((layer) => ({ name: "BP2", layer })),
    { name: "BP3" }, { name: "BP4" },
  ];
}

// ---- words

// Low and high indices, as in z_1^(2), become elements.
const maths = (text) => text.split(/([_^](?:\w+|\([^)]*\)))/).map((part) =>
  (/^[_^]/.test(part) ? element(part[0] === "_" ? "sub" : "sup", {}, part.slice(1)) : part));

function neuron(layers, layer, k) {
  if (layer === 1) return `input ${k}`;
  if (layer === layers) return `output ${k}`;
  return layers === 3 ? `hidden neuron ${k}` : `neuron ${k} of layer ${layer}`;
}

const nameOf = (layers, [layer, to, from]) => (from
  ? `weight from ${neuron(layers, layer - 1, from)} to ${neuron(layers, layer, to)}`
  : `bias of ${neuron(layers, layer, to)}`);

// All weights and biases: those of a neuron together, its bias last.
const places = ({ W }) => W.flatMap((w, l) => w.flatMap((row, j) =>
  [...row.map((_, k) => k + 1), 0].map((k) => [l + 2, j + 1, k])));

const slopeAt = ({ gradients, errors }, place) => {
  const [array, k] = spot({ W: gradients, b: errors }, place);
  return array[k];
};

export function stepSentence(steps, step, now, chosen) {
  if (!step) return "Nothing is computed yet: Next puts the inputs into (FF1).";
  const { name, layer } = steps[step - 1], { finds, rows } = EQUATIONS[name];
  const start = `Equation ${step} of ${steps.length}, (${name}): `;
  if (name === "BP3") return `${start}the gradient for each bias is its neuron's error.`;
  if (name === "BP4") {
    const size = (place) => Math.abs(slopeAt(now, place));
    const most = places(now).filter(([,, from]) => from).reduce((one, other) => (size(other) > size(one) ? other : one));
    return `${start}the gradient for each weight is the listener's error times the speaker's activation.`
      + ` The largest, ${shown(slopeAt(now, most))}, is that for the ${nameOf(now.a.length, most)}.`;
  }
  const found = rows(now, layer, chosen), results = found.map((row) => shown(row[2])).join(", ");
  if (name === "C1") return `${start}the cost is ${found[0][1]} = ${results}.`;
  const many = found.length > 1;
  return `${start}the ${finds}${many ? "s" : ""} of layer ${layer} ${many ? "are" : "is"} ${results}.`
    + ` ${many ? "The first" : "It"} is ${found[0][1]}.`;
}

function chosenSentence({ chosen, h }, now, p, slope, measure) {
  const apart = Math.abs(shown(measure) - shown(slope)); // as they are read
  const by = slope === null ? "The gradient has yet to come." : `By (${chosen[2] ? "BP4" : "BP3"}): ${shown(slope)}, ${
    apart ? `${shown(apart)} apart` : "the same"}.`;
  return `The ${nameOf(now.a.length, chosen)} is ${plain(p)}, the cost ${shown(now.C)}.`
    + ` A nudge of ${decimal(h)} finds ${shown(measure)}. ${by}`;
}

// ---- the figure

const SECONDS = 2; // an equation, while it plays
const MOST = 4; // weights and biases are turned from -4 to 4, or farther if they are larger
const decimal = (h) => `${Number(h.toPrecision(2))}`;

function render({ model, el }) {
  const stored = unpack(model.get("arrays"));
  const uppers = [2, 3, 4].filter((layer) => `W${layer}` in stored), layers = uppers.length + 1;
  const network = () => ({ // as it was given
    W: uppers.map((layer) => stored[`W${layer}`].map((row) => [...row])),
    b: uppers.map((layer) => [...stored[`b${layer}`]]),
  });
  const steps = course(layers), given = network(), all = places(given);
  const reach = Math.ceil(Math.max(MOST, ...[given.W, given.b].flat(3).map(Math.abs)));
  const { root, say, end } = frame(el, "blame", "A network forwards and backwards");
  let view = model.get("view"), running = 0;

  const { change, leave } = viewed(model, (now) => {
    view = now;
    show();
  });
  const stop = () => {
    clearInterval(running);
    running = 0;
    player.textContent = "Play";
  };
  const go = (step) => change({ step: Math.min(steps.length, Math.max(0, step)), about: "step" });
  const move = (by) => () => {
    stop();
    go(view.step + by);
  };
  const play = () => {
    const ended = view.step === steps.length;
    if (running) return stop();
    if (calm()) return go(ended ? 0 : steps.length);
    go(ended ? 0 : view.step + 1);
    player.textContent = "Stop";
    running = setInterval(() => {
      go(view.step + 1);
      if (view.step === steps.length) stop();
    }, 1000 * SECONDS);
  };
  const choose = (chosen) => change({ chosen, about: "chosen" });

  const player = button("Play", play);
  const which = "the weight or bias";
  const select = element("select", { "aria-label": which, onchange: () => choose(all[select.selectedIndex]) },
    ...all.map((place) => element("option", {}, nameOf(layers, place).replace("weight from ", ""))));
  const itself = dial({ label: "its value", min: -reach, max: reach, step: 0.05, value: 0, show: plain },
    (value) => change({ turned: { ...view.turned, [view.chosen]: value }, about: "chosen" }));
  const nudge = dial({
    label: "the nudge h", min: -5, max: 0.5, step: 0.25, value: 0, show: (power) => decimal(10 ** power),
  }, (power) => change({ h: Number(decimal(10 ** power)), about: "chosen" }));
  const ends = [["x", "input", -2, 2], ["y", "target", 0, 1]].flatMap(([list, name, min, max]) =>
    view[list].map((_, k) => ({ list, k, ...dial({
      label: `${name} ${k + 1}`, min, max, step: 0.05, value: 0, show: plain,
    }, (value) => change({ [list]: view[list].with(k, value), about: "step" })) })));
  const reset = button("Reset", () =>
    change({ turned: {}, x: [...stored.x], y: [...stored.y], about: "chosen" }));
  const graph = drawGraph([stored.x.length, ...given.b.map((b) => b.length)], choose), hill = drawHill(reach);
  const rule = element("p"), lines = element("ul");
  const proved = element("p", { class: "proved" }), measured = element("p", { class: "measured" });
  root.append(
    element("section", { class: "network" }, element("div", { class: "scroll" }, graph.place), rule, lines),
    element("section", { class: "controls" },
      element("div", { class: "buttons" }, button("Next", move(1)), button("Back", move(-1)), player, reset),
      element("label", { class: "which" }, which, select),
      itself.place, nudge.place, proved, measured, hill.place),
    element("section", { class: "ends" }, ...ends.map(({ place }) => place)),
  );
  end();

  const show = painter(() => {
    const { x, y, chosen, h, step } = view, net = network();
    for (const [key, value] of Object.entries(view.turned)) {
      const [array, k] = spot(net, key.split(",").map(Number));
      array[k] = value;
    }
    const now = { ...net, x, y, ...backprop(net, x, y) };
    const done = steps.slice(0, step), current = done.at(-1), by = chosen[2] ? "BP4" : "BP3";
    const known = (name, layer) => done.some((one) => one.name === name && one.layer === layer);
    const [array, k] = spot(net, chosen), p = array[k];
    const slope = known(by) ? slopeAt(now, chosen) : null, measure = quotient(net, x, y, chosen, h);

    graph.set(now, known, current, chosen);
    hill.set((value) => costAt(net, x, y, chosen, value), p, h, slope);
    rule.replaceChildren(...maths(current ? `(${current.name}) ${EQUATIONS[current.name].rule}` : "(FF1) comes first."));
    lines.replaceChildren(...(current ? EQUATIONS[current.name].rows(now, current.layer, chosen) : [])
      .map(([left, right, result]) => element("li", {}, ...maths(`${left} = ${right}`), " = ", element("b", {}, shown(result)))));
    proved.textContent = `by (${by}): ${slope === null ? "not yet" : shown(slope)}`;
    measured.textContent = `by the nudge: ${shown(measure)}`;
    select.selectedIndex = all.findIndex((place) => `${place}` === `${chosen}`);
    itself.set(p);
    nudge.set(Math.log10(h));
    for (const { list, k: at, set } of ends) set(view[list][at]);
    say(view.about === "step" ? stepSentence(steps, step, now, chosen) : chosenSentence(view, now, p, slope, measure));
  });
  show();
  return () => {
    stop();
    leave();
  };
}

// ---- painting

function svg(kind, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", kind);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const write = (x, y, kind = "") => svg("text", { x, y, class: kind });
const ROW = 118, LABEL = 24; // units between the neurons of a full layer; half a label's width
const CROWD = 8; // arrows between two layers, beyond which only one neuron's have labels
const radius = (layer) => (layer ? 38 : 24);

// The network: drawn once, then filled in again and again.
function drawGraph(sizes, choose) {
  const rows = Math.max(...sizes) + 1, height = ROW * rows - 80, last = sizes.length - 1;
  const y = (l, k) => height / 2 + 8 + (ROW * rows / (sizes[l] + 1)) * (k - (sizes[l] - 1) / 2);
  const gaps = sizes.slice(1).map((right, l) => {
    const crowded = right * sizes[l] > CROWD;
    // There, labels are equally far apart; both ends of an arrow have room for themselves.
    const part = crowded ? 0.45 : 1 / (1 + (right * (sizes[l] + 1)) / (right + 1));
    return { crowded, part, width: Math.max((radius(l) + LABEL + 1) / part, 102 / (1 - part)) };
  });
  const x = gaps.reduce((so, { width }) => [...so, so.at(-1) + width], [radius(0) + 2]);
  const total = write(x[last], y(last, 0) - 62), width = x[last] + 40;
  const place = svg("svg", { role: "img", viewBox: `0 0 ${width} ${height}` }, total);
  place.style.setProperty("--width", `${width}px`);

  const choosable = (at, { group, set }) => {
    group.addEventListener("click", () => choose(at));
    place.append(group);
    return { at, group, set };
  };
  const arrows = gaps.flatMap((gap, l) => Array.from({ length: sizes[l + 1] * sizes[l] }, (_, n) => {
    const j = Math.floor(n / sizes[l]), k = n % sizes[l];
    return choosable([l + 2, j + 1, k + 1],
      drawArrow([x[l], y(l, k)], [x[l + 1], y(l + 1, j)], radius(l), radius(l + 1), gap));
  }));
  const neurons = sizes.flatMap((size, l) => Array.from({ length: size }, (_, k) => {
    const circle = svg("circle", { cx: x[l], cy: y(l, k), r: radius(l) });
    const texts = [-radius(l) - 6, ...(l ? [-13, 4, 21] : [4])].map((below) => write(x[l], y(l, k) + below));
    const group = svg("g", {}, circle, ...texts);
    place.append(group);
    return { l, k, group, texts };
  }));
  const biases = neurons.filter(({ l }) => l).map(({ l, k }) =>
    choosable([l + 1, k + 1, 0], drawBias(x[l], y(l, k) + radius(l))));

  const inside = (now, known, l, k) => (l ? [
    l === last && `y ${plain(now.y[k])}`,
    known("FF1", l + 1) && `z ${shown(now.z[l - 1][k])}`,
    known("FF2", l + 1) && `a ${shown(now.a[l][k])}`,
    known(l === last ? "BP1" : "BP2", l + 1) && `ε ${shown(now.errors[l - 1][k])}`,
  ] : [false, `x ${plain(now.x[k])}`]);
  const set = (now, known, current, chosen) => {
    total.textContent = known("C1", last + 1) ? `C ${shown(now.C)}` : "";
    for (const { at, group, set: fill } of [...arrows, ...biases]) {
      const [array, k] = spot(now, at), same = at.map((number, n) => number === chosen[n]);
      group.classList.toggle("chosen", same.every(Boolean));
      fill(array[k], known(at[2] ? "BP4" : "BP3") ? shown(slopeAt(now, at)) : "", known("BP1", last + 1), same[0] && same[1]);
    }
    const words = neurons.map(({ l, k, group, texts }) => {
      const found = inside(now, known, l, k).map((text) => text || "");
      texts.forEach((text, n) => { text.textContent = found[n]; });
      group.classList.toggle("now", current?.layer === l + 1);
      return found.filter(Boolean).join(", ") || "empty";
    });
    place.setAttribute("aria-label", `The network, neuron by neuron: ${words.join("; ")}.`);
  };
  return { place, set };
}

// Its line leaves room for the label; its head turns round on the way back. In a crowd
// only those of one neuron have either.
function drawArrow(from, to, left, right, { crowded, part }) {
  const [dx, dy] = to.map((end, n) => end - from[n]), length = Math.hypot(dx, dy);
  const at = (share, across = 0) => [from[0] + share * dx - (across * dy) / length, from[1] + share * dy + (across * dx) / length];
  const start = at(left / length), end = at(1 - right / length), middle = 1 - (right + 30) / length;
  const [x, y] = at(part), gap = Math.min(LABEL / dx, Math.abs(15 / dy));
  const texts = [write(x, y - 1, "label"), write(x, y + 10, "label gradient")];
  const line = svg("path", { class: "line" }), head = svg("polygon"), whole = `M${start}L${end}`;
  const group = svg("g", { class: "arrow" }, svg("path", { d: whole, class: "halo" }), line, head, ...texts);
  const set = (weight, gradient, back, near) => {
    const labelled = near || !crowded, tip = (back ? -9 : 9) / length;
    group.classList.toggle("negative", weight < 0);
    line.setAttribute("d", labelled ? `M${start}L${at(part - gap)}M${at(part + gap)}L${end}` : whole);
    line.style.strokeWidth = 1 + 0.5 * Math.min(4, Math.abs(weight));
    head.setAttribute("points", labelled ? `${at(middle + tip)} ${at(middle - tip, 6)} ${at(middle - tip, -6)}` : "");
    texts[0].textContent = labelled ? plain(weight) : "";
    texts[1].textContent = labelled ? gradient : "";
  };
  return { group, set };
}

// Below its neuron.
function drawBias(x, y) {
  const texts = [write(x, y + 13), write(x, y + 25, "gradient")];
  const tag = svg("rect", { x: x - 29, y: y + 2, width: 58, height: 27, rx: 4, class: "halo" });
  const set = (bias, gradient) => {
    texts[0].textContent = `b ${plain(bias)}`;
    texts[1].textContent = gradient;
  };
  return { group: svg("g", { class: "bias" }, tag, ...texts), set };
}

// The cost along one weight or bias: the line of its gradient touches it, the line of
// the nudge's quotient cuts it at two places.
function drawHill(reach) {
  const [width, height] = [280, 110];
  const [curve, touching, cutting] = ["curve", "touching", "cutting"].map((kind) => svg("path", { class: kind }));
  const points = ["cut", "cut", "here"].map((kind) => svg("circle", { r: kind === "here" ? 5 : 4, class: kind }));
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }, curve, touching, cutting, ...points);
  const place = element("figure", { class: "hill" }, picture,
    element("figcaption", {}, `the cost, as it goes from ${-reach} to ${reach}`));
  const values = Array.from({ length: 61 }, (_, n) => reach * (n / 30 - 1));
  const set = (C, p, h, slope) => {
    const costs = values.map(C), low = Math.min(...costs), high = Math.max(...costs);
    const to = (value, c) => [
      (width * (value + reach)) / (2 * reach), 8 + ((height - 16) * (high - c)) / Math.max(high - low, 1e-3),
    ];
    const straight = (c, rise) => `M${to(-reach, c - rise * (reach + p))}L${to(reach, c + rise * (reach - p))}`;
    const marks = [p - h, p + h, p].map((value) => [value, C(value)]), [[, below], [, above], [, here]] = marks;
    curve.setAttribute("d", `M${values.map((value, n) => to(value, costs[n])).join("L")}`);
    touching.setAttribute("d", slope === null ? "" : straight(here, slope));
    cutting.setAttribute("d", straight((above + below) / 2, (above - below) / (2 * h)));
    marks.forEach((mark, n) => ["cx", "cy"].forEach((name, axis) => points[n].setAttribute(name, to(...mark)[axis])));
    picture.setAttribute("aria-label", `From ${shown(low)} to ${shown(high)}; here ${shown(here)}.`);
  };
  return { place, set };
}

export default { render };
