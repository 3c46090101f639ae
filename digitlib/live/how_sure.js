// How sure? A digit and three knobs: which changes the verdict, which only how sure it is?

import { digitPicker } from "./digits.js";
import { assemble, outputs } from "./model.js";
import { softmax } from "./network.js";
import {
  SIDE, bars, best, button, dial, element, frame, number, paint, paintSigned, painter, percent,
  pixels, unpack, viewed,
} from "./shared.js";

// ---- the lesson's equations, for one image x; the layers end in a softmax

// The scores, of which the softmax makes activations, and what comes out of each layer below.
export function look(layers, x) {
  const found = outputs(layers, x).slice(0, -1);
  return { found, scores: [...found.at(-1)] };
}

// With the scores divided by the temperature T, as before (TEMP).
export const activations = (scores, T) => softmax(scores.map((z) => z / T));

// (CE'): the errors of the scores, where the image shows this digit.
export const scoreErrors = (scores, label) => softmax(scores).map((a, j) => a - Number(j === label));

// The slope of what a hidden neuron does, found from its activation.
const SLOPES = { ReLU: (a) => Number(a > 0), Sigmoid: (a) => a * (1 - a), Tanh: (a) => 1 - a * a };

// (BP2) down to (BPX): from the errors of the scores to those of the pixels. What is
// subtracted from the pixels changes no derivative.
export function toPixels(layers, found, E) {
  return found.reduceRight((errors, outputs, l) => {
    const { kind, weights } = layers[l], slope = SLOPES[kind];
    if (kind === "Dense") return timesMatrix(errors, weights);
    return slope ? errors.map((error, j) => error * slope(outputs[j])) : errors;
  }, E);
}

// E W: for each k the sum of E_j w_jk over j.
function timesMatrix(E, W) {
  const sums = new Float64Array(W[0].length);
  W.forEach((w, j) => {
    for (let k = 0; k < sums.length; k++) sums[k] += E[j] * w[k];
  });
  return sums;
}

// How the cost of an image that shows this digit answers to each pixel.
export function costSlopes(layers, x, label) {
  const { found, scores } = look(layers, x);
  return toPixels(layers, found, scoreErrors(scores, label));
}

// (FGS); what falls below paper or above ink is cut off.
export function uphill(layers, x, label, epsilon) {
  const g = costSlopes(layers, x, label);
  return x.map((pixel, k) => Math.min(1, Math.max(0, pixel + epsilon * Math.sign(g[k]))));
}

// Moved by whole pixels. From beyond the edge comes paper.
export function shifted(x, right, up) {
  return x.map((_, k) => {
    const row = Math.floor(k / SIDE) + up, column = (k % SIDE) - right;
    const inside = Math.min(row, column) >= 0 && Math.max(row, column) < SIDE;
    return inside ? x[SIDE * row + column] : 0;
  });
}

// The image as it is, with each of two knobs alone, and with both; uphill is on the cost of
// the digit that it shows or, if nobody knows it, that the network reads in it.
export function states(layers, x, label, { right, up, epsilon }) {
  const digit = label ?? best(look(layers, x).scores), moved = shifted(x, right, up);
  return {
    digit, asItIs: x, moved,
    uphill: uphill(layers, x, digit, epsilon), both: uphill(layers, moved, digit, epsilon),
  };
}

// ---- the figure

const FAR = 4; // pixels
const LARGEST = 0.25; // epsilon
const [COLDEST, HOTTEST] = [0.5, 5];
const BLACK = 0.1; // a pixel's change that is painted black; its opposite is white
const UNTURNED = { right: 0, up: 0, epsilon: 0, T: 1 };

function render({ model, el }) {
  const arrays = unpack(model.get("arrays"));
  const { root, say, end } = frame(el, "how-sure", "How sure? A digit and three knobs");
  let view = model.get("view");
  const layers = assemble(view.layers, arrays);

  const { change, leave } = viewed(model, (now) => {
    view = now;
    picker.follow(view);
    show();
  });

  const picker = digitPicker({ ...arrays, view, change, tell: say });
  const [before, changed, after] = ["The digit as it is", "", "The digit as changed"].map((label) => {
    const canvas = pixels(SIDE, SIDE, { role: "img", "aria-label": label });
    const caption = element("figcaption", {}, "the change");
    return { canvas, caption, place: element("figure", {}, caption, canvas) };
  });
  const said = bars("Activations of the digit as it is"), says = bars("Activations of the digit as changed");

  const right = dial({
    label: "moved sideways", min: -FAR, max: FAR, step: 1, value: 0, show: (n) => steps(n, "right", "left"),
  }, (value) => change({ right: value }));
  const up = dial({
    label: "moved up or down", min: -FAR, max: FAR, step: 1, value: 0, show: (n) => steps(n, "up", "down"),
  }, (value) => change({ up: value }));
  const epsilon = dial({
    label: "\u03b5, each pixel uphill by", min: 0, max: LARGEST, step: 0.01, value: 0, show: number,
  }, (value) => change({ epsilon: value }));
  // Next to the best temperature the knob snaps to it.
  const heat = dial({
    label: `temperature T${view.best ? `, best ${number(view.best)}` : ""}`,
    min: COLDEST, max: HOTTEST, step: 0.1, value: 1, show: number,
  }, (value) => {
    const T = view.best && Math.abs(value - view.best) < 0.05 ? view.best : value;
    heat.set(T);
    change({ T });
  });
  if (view.best) markOn(heat.input, view.best);
  const knobs = element("section", { class: "knobs" }, right.place, up.place, epsilon.place, heat.place,
    button("As it is", () => change(UNTURNED)));
  root.append(...picker.places, element("section", { class: "states" },
    before.place, changed.place, after.place, said.place, knobs, says.place));
  end();

  const show = painter(() => {
    const x = picker.show(view), label = arrays.labels?.[view.shown];
    const now = states(layers, x, label, view);
    const verdicts = Object.fromEntries(["asItIs", "moved", "uphill", "both"].map((name) =>
      [name, verdict(look(layers, now[name]).scores, view.T)]));
    right.set(view.right);
    up.set(view.up);
    epsilon.set(view.epsilon);
    heat.set(view.T);
    paint(before.canvas, x, 0, 1);
    paintSigned(changed.canvas, now.both.map((pixel, k) => pixel - x[k]), BLACK);
    paint(after.canvas, now.both, 0, 1);
    said.set(verdicts.asItIs.plain);
    says.set(verdicts.both.heated);
    before.caption.textContent = `as it is: ${verdicts.asItIs.digit}`;
    after.caption.textContent = `as changed: ${verdicts.both.digit}`;
    const way = view.epsilon ? `, uphill on the cost of a ${now.digit}` : "";
    changed.canvas.setAttribute("aria-label", `What has changed${way}: dark where there is more ink`);
    say(sentence(view, verdicts, label, x.some(Boolean)));
  });

  show();
  return () => {
    picker.stop();
    leave();
  };
}

// What is read of scores, and how surely: as it is, and at the temperature T.
function verdict(scores, T) {
  const digit = best(scores), [plain, heated] = [1, T].map((t) => activations(scores, t));
  return { digit, plain, heated, sure: percent(plain[digit]), atT: percent(heated[digit]) };
}

const steps = (n, ahead, back) => (n ? `${Math.abs(n)} ${n > 0 ? ahead : back}` : "0");

// A mark on a knob's scale.
function markOn(input, value) {
  const id = `mark-${Math.random()}`; // of no other figure on the page
  input.setAttribute("list", id);
  input.after(element("datalist", { id }, element("option", { value: `${value}` })));
}

// What has changed the verdict, and what has only changed how sure it is.
function sentence({ right, up, epsilon, T }, { asItIs, moved, uphill, both }, label, isInk) {
  const off = (label ?? asItIs.digit) === asItIs.digit ? "" : ` (it is a ${label})`;
  const start = `${isInk ? "As it is" : "Blank paper"}: ${asItIs.digit}, ${asItIs.sure} sure${off}.`;
  const move = [right && steps(right, "right", "left"), up && steps(up, "up", "down")].filter(Boolean).join(", ");
  const knobs = [move && `Moved ${move}`, epsilon && `\u03b5 = ${number(epsilon)} uphill`].filter(Boolean);
  const isStill = both.digit === asItIs.digit, words = [start];
  if (knobs.length) words.push(`${knobs.join(", and ")}: ${isStill ? "still" : "now"} ${both.digit}, ${both.sure} sure.`);
  if (knobs.length > 1) words.push(`Each alone: moved ${moved.digit}, uphill ${uphill.digit}.`);
  else if (!isStill) words.push(`${move ? "The move" : "The step uphill"} has changed the verdict.`);
  if (T !== 1) words.push(`T = ${number(T)}: ${both.atT} sure of the same ${both.digit}. T can change only how sure.`);
  return words.length > 1 ? words.join(" ") : `${start} Turn a knob.`;
}

export default { render };
