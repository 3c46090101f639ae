// A network of glass: what do the hidden neurons see, and how do the outputs come to a verdict?

import {
  DIGITS, SIDE, bars, best, button, calm, choice, contour, dial, element, frame, grid, highest,
  number, paint, painter, pixels, trace, unpack, viewed,
} from "./shared.js";
import { digitPicker } from "./digits.js";
import { sigmoid, softmax, weightedSums } from "./network.js";

// ---- the lesson's equations, for one image x. The reader turns neurons: j's picture by the
// factor strength[j], its bias by bias[j], and forced[j] is what it says whatever it sees.

const BETWEEN = { S: sigmoid, tangent: (z) => 0.5 + z / 4, step: (z) => Number(z > 0) };
const TOPS = { Sigmoid: (z) => z.map(sigmoid), Softmax: softmax };

// (FF1) and (FF2), for the hidden layer and for the outputs.
export function feedforward({ W2, b2, W3, b3 }, x, { strength, bias, forced, between, top }) {
  const seen = weightedSums(W2, Array(b2.length).fill(0), x);
  const z2 = seen.map((sum, j) => strength[j] * sum + b2[j] + bias[j]);
  const a2 = z2.map((z, j) => forced[j] ?? BETWEEN[between](z));
  const z3 = weightedSums(W3, b3, a2);
  return { z2, a2, z3, a3: TOPS[top](z3) };
}

// With the tangent 1/2 + z/4 in the place of S, both layers together are one linear map:
// z3 = W3 (1/2 + (W2 x + b2)/4) + b3 = (W3 W2/4) x + W3 (1/2 + b2/4) + b3.
export function collapse({ W2, b2, W3, b3 }, { strength, bias, forced }) {
  const W = W3.map((w) => {
    const picture = new Float64Array(SIDE * SIDE);
    W2.forEach((weights, j) => {
      const share = forced[j] === null ? (w[j] * strength[j]) / 4 : 0;
      for (let k = 0; k < picture.length; k++) picture[k] += share * weights[k];
    });
    return picture;
  });
  const constant = W2.map((_, j) => forced[j] ?? 0.5 + (b2[j] + bias[j]) / 4);
  return { W, b: weightedSums(W3, b3, constant) };
}

// A sum opened: its terms, weight times pixel, what speaks for it and what against.
export function open(w, x) {
  const products = Float64Array.from(w, (weight, k) => weight * x[k]);
  const sum = (sign) => products.reduce((total, p) => (sign * p > 0 ? total + p : total), 0);
  return { products, pro: sum(1), con: sum(-1) };
}

// How far the highest output is ahead of the next is a sum, with a share for each neuron.
export function lead({ W3 }, { a2, z3 }) {
  const [first, second] = DIGITS.toSorted((a, b) => z3[b] - z3[a]);
  const shares = a2.map((a, j) => (W3[first][j] - W3[second][j]) * a);
  return { first, second, ahead: z3[first] - z3[second], shares, most: best(shares) };
}

// ---- the slow way through: `walk` counts the stages that are behind, with a fraction

const STAGES = 8; // pixels, products, sum, S, all neurons, an output's sum, the ten, the verdict
const SECONDS = [2, 4, 3, 2, 5, 5, 2, 1]; // of each, when it is played
const part = (walk, stage) => Math.min(1, Math.max(0, walk - stage));
const soFar = (walk, stage, of) => Math.floor(of * part(walk, stage));

// ---- the figure

const ZOOM = 4; // of the pictures of weights: pixels of the screen for one of the digit
const [BLUE, ORANGE] = ["#0072b2", "#d55e00"];
const FUNCTIONS = Object.keys(BETWEEN);
const FORCED = [null, 0, 1];

function render({ model, el }) {
  const network = unpack(model.get("arrays")), { W2, W3, b3 } = network;
  const untouched = { strength: W2.map(() => 1), bias: W2.map(() => 0), forced: W2.map(() => null) };
  const { root, say, end } = frame(el, "glass", "A network of glass");
  let view = model.get("view");
  let playing = 0;

  const { change, leave } = viewed(model, (now) => {
    view = now;
    picker.follow(view);
    show();
  });
  const turn = (name, value) => change({ [name]: view[name].with(view.neuron, value) });

  // ---- what can be touched, from top to bottom

  const picker = digitPicker({
    ...network, view, tell: say,
    change: (values) => change("shown" in values ? { ...values, output: null } : values),
  });

  const nextButton = button("Next", () => walkTo(view.walk < STAGES ? Math.floor(view.walk) + 1 : 1));
  const playButton = button("Play", () => (playing ? stop() : play()));
  const allButton = button("All", () => walkTo(STAGES));
  playButton.hidden = calm();
  const between = choice("activation from sum by", ["S", "its tangent", "a step"], 0, (k) => {
    stop();
    change({ between: FUNCTIONS[k], walk: STAGES });
  });

  const neurons = tiles("Hidden neurons", W2.length, W2.length % 8 ? 10 : 8, (neuron) => change({ neuron }));
  const maps = tiles("The outputs' own pictures", DIGITS.length, 5, (output) => change({ output }));
  const activations = bars("Activations of the outputs", (a) => (a === null ? "" : number(a)));
  const output = choice("the sum of output", DIGITS.map(String), 0, (k) => change({ output: k }));
  const votes = chart(480, 160), caption = element("figcaption", {}, "what each neuron adds to it");
  const added = element("figure", {}, output.place, votes, caption);

  const name = element("p", { class: "name" });
  const pictures = ["the digit", "its weights", "the products"].map((text) => {
    const canvas = pixels(SIDE, SIDE);
    return { canvas, place: element("figure", {}, canvas, element("figcaption", {}, text)) };
  });
  const balance = chart(300, 240), curve = chart(300, 240), listeners = chart(480, 160);
  const strength = dial({
    label: "strength of its picture", min: -2, max: 2, step: 0.1, value: 1, show: (factor) => number(factor, 1),
  }, (value) => turn("strength", value));
  const bias = dial({
    label: "added to its bias", min: -25, max: 25, step: 0.5, value: 0, show: (added) => number(added, 1),
  }, (value) => turn("bias", value));
  const forced = choice("it says", ["by its sum", "0", "1"], 0, (k) => turn("forced", FORCED[k]));
  const dials = element("section", { class: "dials" }, strength.place, bias.place, forced.place,
    button("All as learnt", () => change(untouched)));
  const heard = element("figure", { class: "heard-by" }, listeners,
    element("figcaption", {}, "its weights to the outputs"));

  root.append(
    ...picker.places,
    element("section", { class: "way" }, nextButton, playButton, allButton, between.place),
    element("section", { class: "layer" }, neurons.place, maps.place),
    element("section", { class: "answer" }, activations.place, added),
  );
  end(); // what is said stands between the pictures above and the dials below
  root.append(
    element("section", { class: "opened" }, name, ...pictures.map(({ place }) => place), balance, curve),
    dials, heard,
  );

  // ---- the slow way, a stage at a time or as a film

  const stop = () => {
    cancelAnimationFrame(playing);
    playing = 0;
    playButton.textContent = "Play";
  };
  const walkTo = (walk) => {
    stop();
    change({ walk });
  };
  const play = () => {
    let before = null;
    const advance = (now) => {
      before ??= now;
      const stage = Math.floor(view.walk), walk = view.walk + (now - before) / 1000 / SECONDS[stage];
      before = now;
      if (walk >= STAGES) return walkTo(STAGES);
      if (walk >= stage + 1) change({ walk: stage + 1 });
      else view = { ...view, walk };
      show();
      playing = requestAnimationFrame(advance);
    };
    if (view.walk >= STAGES) view = { ...view, walk: 0 };
    playButton.textContent = "Pause";
    playing = requestAnimationFrame(advance);
  };

  // ---- what is shown of it

  let digit = {}; // the image and its outline, until there is another
  const look = () => {
    const x = picker.show(view);
    if (digit.x !== x) digit = { x, line: outline(x) };
    return digit;
  };

  const show = painter(() => {
    const { x, line } = look(), found = feedforward(network, x, view);
    const map = view.between === "tangent" ? collapse(network, view) : null;
    const race = lead(network, found), k = view.output ?? race.first, j = view.neuron;
    const now = { ...found, x, race, map, k, j, view, network };
    now.opened = map ? openOutput(now) : openNeuron(now);
    showTouched(now);
    showLayer(now, line);
    showAnswer(now);
    showOpened(now);
    const learnt = feedforward(network, x, { ...view, ...untouched, between: "S" });
    say(view.walk < STAGES ? story(now) : sentence(now, best(learnt.z3)));
  });

  function showTouched({ map, k, j }) {
    neurons.place.hidden = dials.hidden = heard.hidden = votes.hidden = caption.hidden = Boolean(map);
    nextButton.disabled = playButton.disabled = Boolean(map);
    maps.place.hidden = !map;
    allButton.disabled = view.walk >= STAGES;
    between.set(FUNCTIONS.indexOf(view.between));
    output.set(k);
    strength.set(view.strength[j]);
    bias.set(view.bias[j]);
    forced.set(FORCED.indexOf(view.forced[j]));
  }

  function showLayer({ z2, a2, z3, a3, map, k, j }, line) {
    const [cells, sums, said, opened] = map ? [maps.cells, z3, a3, k] : [neurons.cells, z2, a2, j];
    cells.forEach((cell, at) => {
      const isKnown = at < soFar(view.walk, 4, cells.length) || (at === opened && view.walk >= 4);
      cell.paint(map ? map.W[at] : W2[at], map ? 1 : view.strength[at], line);
      cell.tell(at === opened, isKnown, sums[at], said[at]);
    });
  }

  function showAnswer({ a2, z3, a3, k, j }) {
    const ten = soFar(view.walk, 6, DIGITS.length), many = soFar(view.walk, 5, a2.length);
    activations.set(a3.map((a, digit) => (digit < ten ? a : null)));
    const terms = a2.map((a, at) => W3[k][at] * a);
    paintBars(votes, terms.map((term, at) => (at < many ? term : 0)), { marked: j, most: highest(terms) });
    votes.setAttribute("aria-label", `What each neuron adds to the sum of output ${k}.`
      + (many < a2.length ? "" : ` With its bias ${number(b3[k], 1)} that is ${number(z3[k], 1)}.`));
  }

  function showOpened({ x, map, j, opened }) {
    const { w, most, products, pro, con, added, z, a } = opened, { walk } = view;
    const upTo = (values, stage) => values.map((value, at) => (at < soFar(walk, stage, values.length) ? value : 0));
    name.textContent = opened.name;
    const [digitPicture, weightPicture, productPicture] = pictures.map(({ canvas }) => canvas);
    paint(digitPicture, upTo(x, 0), 0, 1);
    paintSigned(weightPicture, w, most);
    paintSigned(productPicture, upTo(products, 1), most);
    const run = open(upTo(w, 2), x), whole = walk >= 3 ? [added, z] : [0, 0];
    paintBars(balance, [run.pro, run.con, ...whole], {
      names: ["for", "against", "bias", "sum"], numbers: true, most: Math.max(pro, -con, Math.abs(added)),
    });
    balance.setAttribute("aria-label", `Products for it ${number(pro, 1)}, against it ${number(-con, 1)}.`);
    curve.hidden = Boolean(map) && view.top !== "Sigmoid";
    paintCurve(curve, map ? sigmoid : BETWEEN[view.between], z, a, part(walk, 3));
    curve.setAttribute("aria-label", `From the sum ${number(z, 1)} to the activation ${number(a)}.`);
    const weights = W3.map((row) => row[j]);
    paintBars(listeners, weights, { names: DIGITS, numbers: true });
    listeners.setAttribute("aria-label", `To the outputs 0 to 9: ${weights.map((v) => number(v)).join(", ")}.`);
  }

  show();
  return () => {
    stop();
    picker.stop();
    leave();
  };
}

// ---- what is open, and the words for it

function openNeuron({ network: { W2, b2 }, x, z2, a2, j, view }) {
  const w = W2[j].map((weight) => view.strength[j] * weight);
  const rest = { z: z2[j], a: a2[j], added: b2[j] + view.bias[j], most: highest(W2[j]) };
  return { name: `Neuron ${j}`, w, ...open(w, x), ...rest };
}

function openOutput({ x, z3, a3, map, k }) {
  const rest = { z: z3[k], a: a3[k], added: map.b[k], most: highest(map.W[k]) };
  return { name: `Output ${k}`, w: map.W[k], ...open(map.W[k], x), ...rest };
}

const sum = ({ pro, con, added, z }) =>
  `z = ${number(pro, 1)} - ${number(-con, 1)} + (${number(added, 1)}) = ${number(z, 1)}`;

function sentence({ x, a3, race, opened, map, j, view, network: { labels } }, was) {
  const { first, second, ahead, shares, most } = race;
  if (!x.some(Boolean)) return "Nothing is drawn.";
  const label = labels?.[view.shown] ?? first; // of a drawing nobody knows it
  const verdict = `It reads ${first}, at ${number(a3[first])}: ${number(ahead, 1)} ahead of the ${second}.`
    + (label === first ? "" : ` It is a ${label}.`) + (first === was ? "" : ` Untouched it reads ${was}.`);
  if (map) return `${verdict} ${opened.name}, one picture now: ${sum(opened)}.`;
  const says = view.forced[j] === null ? `${sum(opened)}, ${view.between === "S" ? "S(z)" : "step(z)"} = ${number(opened.a)}`
    : `forced to ${view.forced[j]}`;
  const others = shares.map((_, k) => k).filter((k) => k !== j && isTurned(view, k));
  const also = others.length ? ` Also turned: ${others.join(", ")}.` : "";
  return `${verdict} ${opened.name}: ${says}; its share in the lead is ${number(shares[j], 1)}${most === j ? ", the largest" : `, and neuron ${most}'s the largest`}.${also}`;
}

const isTurned = ({ strength, bias, forced }, k) => strength[k] !== 1 || bias[k] !== 0 || forced[k] !== null;

// What happens in the stage that the walk is in, or has just done.
function story({ x, z3, a2, race, opened, k, network, view: { walk, between, top } }) {
  const S = between === "S" ? "S" : "step";
  return [
    `The digit is ${x.length} numbers, one a pixel; ${x.filter((pixel) => pixel > 0).length} of them are not 0.`,
    `${opened.name} multiplies each by its weight: a picture of products.`,
    `It adds them up, for and against, and its bias: ${sum(opened)}.`,
    `Of the sum ${S} makes its activation: ${S}(${number(opened.z, 1)}) = ${number(opened.a)}.`,
    `So do all ${a2.length}. More than 0.5 is said by ${a2.filter((a) => a > 0.5).length} of them.`,
    `Output ${k} adds up what they say, each by a weight, and its bias ${number(network.b3[k], 1)}: z = ${number(z3[k], 1)}.`,
    `So do all ten, and ${top === "Sigmoid" ? "S" : "softmax"} makes their activations of it.`,
    `The highest is the verdict: ${race.first}.`,
  ][Math.max(0, Math.ceil(walk) - 1)];
}

// ---- pictures of weights, to press

function tiles(label, count, columns, choose) {
  const cells = Array.from({ length: count }, (_, at) => tile(at));
  const place = grid(`${label}: activation, picture of weights, sum`, columns, cells.map((cell) => cell.place), choose);
  place.classList.add("tiles");
  return { place, cells };
}

function tile(at) {
  const canvas = pixels(SIDE * ZOOM, SIDE * ZOOM), small = pixels(SIDE, SIDE);
  const above = element("span"), below = element("span");
  let last = [];
  return {
    place: element("button", { type: "button" }, above, canvas, below),
    paint(...given) { // forty are too many to be painted again for nothing
      const [w, factor, line] = given;
      if (given.every((value, k) => value === last[k])) return;
      if (w !== last[0] || factor !== last[1]) paintSigned(small, w.map((weight) => factor * weight), highest(w));
      last = given;
      const brush = canvas.getContext("2d");
      brush.imageSmoothingEnabled = false;
      brush.drawImage(small, 0, 0, canvas.width, canvas.height);
      // White on both sides, so that it stands out from any grey.
      for (const [colour, width] of [["#fff", 5], [ORANGE, 2.4]]) {
        brush.strokeStyle = colour;
        brush.lineWidth = width;
        brush.stroke(line);
      }
    },
    tell(isOpen, isKnown, z, a) {
      above.textContent = isKnown ? `${at}: ${number(a)}` : `${at}`;
      below.textContent = isKnown ? `z ${number(z, 1)}` : "\u00a0";
      this.place.setAttribute("aria-pressed", `${isOpen}`);
    },
  };
}

function outline(x) {
  const rows = Array.from({ length: SIDE }, (_, row) => x.slice(SIDE * row, SIDE * (row + 1)));
  const line = new Path2D();
  for (const [from, to] of contour(rows, 0.4)) {
    line.moveTo(ZOOM * (from[1] + 0.5), ZOOM * (from[0] + 0.5));
    line.lineTo(ZOOM * (to[1] + 0.5), ZOOM * (to[0] + 0.5));
  }
  return line;
}

// ---- charts

const chart = (width, height) => element("canvas", { width, height, class: "chart", role: "img" });

// A bar for each value: up and full, or down and hollow.
function paintBars(canvas, values, { names = [], numbers = false, marked = -1, most = highest(values) }) {
  const brush = canvas.getContext("2d"), { width, height } = canvas, text = getComputedStyle(canvas).color;
  const step = width / values.length, middle = (height - 24) / 2, room = middle - (numbers ? 22 : 4);
  brush.clearRect(0, 0, width, height);
  brush.font = `${values.length > 4 ? 17 : 20}px system-ui, sans-serif`;
  brush.textAlign = "center";
  brush.lineWidth = 2;
  values.forEach((value, k) => {
    const left = (k + 0.15) * step, tall = (Math.abs(value) / most) * room, centre = (k + 0.5) * step;
    brush.fillStyle = BLUE;
    brush.strokeStyle = ORANGE;
    if (value > 0) brush.fillRect(left, middle - tall, 0.7 * step, tall);
    if (value < 0) brush.strokeRect(left + 1, middle, 0.7 * step - 2, tall);
    brush.fillStyle = text;
    const end = value < 0 ? middle + tall + 18 : middle - tall - 5;
    if (numbers && value) brush.fillText(number(value, values.length > 4 ? 2 : 1), centre, end);
    brush.fillText(k === marked ? "\u25b2" : names[k] ?? "", centre, height - 4);
  });
  trace(brush, [[0, middle], [width, middle]], text);
}

// From the sum z, between -8 and 8, up to the activation.
function paintCurve(canvas, f, z, a, part) {
  const brush = canvas.getContext("2d"), { width, height } = canvas, text = getComputedStyle(canvas).color;
  const at = (sum, said) => [(width * (Math.min(8, Math.max(-8, sum)) + 8)) / 16, height - 44 - (height - 84) * said];
  brush.clearRect(0, 0, width, height);
  brush.lineWidth = 1;
  trace(brush, [at(-8, 0), at(8, 0)], text);
  trace(brush, [at(0, 0), at(0, 1)], text);
  brush.lineWidth = 2;
  trace(brush, Array.from({ length: 161 }, (_, k) => at(k / 10 - 8, f(k / 10 - 8))), text);
  brush.fillStyle = text;
  brush.font = "20px system-ui, sans-serif";
  brush.textAlign = "center";
  brush.fillText("activation of z", width / 2, height - 4);
  if (!part) return;
  trace(brush, [at(z, 0), at(z, a * part)], ORANGE);
  brush.beginPath();
  brush.arc(...at(z, a * part), 7, 0, 2 * Math.PI);
  brush.fill();
}

export default { render };
