// The road: noise on its way to a digit, at any time, and to any mixture of two digits.

import { assemble, outputs } from "./model.js";
import {
  DIGITS, SIDE, button, calm, choice, dial, element, frame, grid, number, paint, painter, pixels,
  unpack, viewed,
} from "./shared.js";

const STEPS = 10; // on the way, a tenth of the time each
const WAVES = 8; // in the clock
const BEAT = 250; // milliseconds between two steps of a walk

// ---- the lesson's equations, for one place x

// The mean square of each component of x at time t.
const squares = (t, spread) => spread.map((lambda) => t * t * lambda + (1 - t) ** 2);

// (EASY): the best multiple of x.
export function easyPart(x, t, spread) {
  const square = squares(t, spread);
  return x.map((value, k) => ((t * spread[k] - (1 - t)) / square[k]) * value);
}

// What the network hears: the place in its own size, a clock, and what it is told.
export function heard(x, t, told, spread) {
  const square = squares(t, spread);
  const angles = Array.from({ length: WAVES }, (_, k) => t * Math.PI * 2 ** (k - 1));
  return Float64Array.from([...x.map((value, k) => value / Math.sqrt(square[k])),
    ...angles.map(Math.sin), ...angles.map(Math.cos), ...told]);
}

// The learnt velocity: the easy part, and what the network adds.
export function velocity(layers, x, t, told, spread) {
  const rest = outputs(layers, heard(x, t, told, spread)).at(-1);
  return easyPart(x, t, spread).map((value, k) => value + rest[k]);
}

const move = (x, h, v) => x.map((value, k) => value + h * v[k]);

// (MID): all places from t = 0 to 1, with the velocity at each.
export function walk(layers, x, told, spread, steps = STEPS) {
  const h = 1 / steps, path = [];
  for (let k = 0; k <= steps; k++) {
    const t = k / steps, v = velocity(layers, x, t, told, spread);
    path.push({ x, v });
    if (k < steps) x = move(x, h, velocity(layers, move(x, h / 2, v), t + h / 2, told, spread));
  }
  return path;
}

// Where one would end who kept the velocity of step k.
export const straightOn = (path, k) => move(path[k].x, 1 - k / (path.length - 1), path[k].v);

// One-hot names of two digits, mixed; the last of eleven stands for any digit.
export const names = (first, second, mix) => Array.from({ length: 11 }, (_, k) =>
  (1 - mix) * Number(k === first) + mix * Number(k === second));

// A point as an image of 784 greys, from paper to ink.
export function imageOf(x, directions, mean) {
  const image = mean.slice();
  directions.forEach((direction, k) => {
    for (let p = 0; p < image.length; p++) image[p] += x[k] * direction[p];
  });
  return image.map((grey) => Math.min(1, Math.max(0, grey)));
}

export const distance = (x, y) => Math.hypot(...x.map((value, k) => value - y[k]));

// ---- what is seen

function render({ model, el }) {
  const { mean, directions, spread, noise, ...arrays } = unpack(model.get("arrays"));
  const { root, say, end } = frame(el, "road", "The road from noise to a digit");
  let view = model.get("view"), path = [], walked = "", walking = 0;
  const layers = assemble(view.layers, arrays);
  const { change, leave } = viewed(model, (now) => {
    view = now;
    show();
  });
  const touch = (values) => {
    stop();
    change(values);
  };

  const first = choice("First digit", DIGITS.map(String), view.first, (k) => touch({ first: k }));
  const second = choice("Second digit", DIGITS.map(String), view.second, (k) => touch({ second: k }));
  const mix = dial({
    label: "how much of the second", min: 0, max: 1, step: 0.05, value: view.mix,
    show: (part) => `${Math.round(100 * part)} %`,
  }, (value) => touch({ mix: value }));
  const time = dial({
    label: "time t", min: 0, max: 1, step: 1 / STEPS, value: view.step / STEPS, show: (t) => number(t, 1),
  }, (value) => touch({ step: Math.round(STEPS * value) }));
  const walkButton = button("Walk", () => (walking ? stop() : start()));

  const cells = noise.map((x, k) => {
    const canvas = pixels(SIDE, SIDE);
    paint(canvas, imageOf(x, directions, mean), 0, 1);
    return element("button", { type: "button", "aria-label": `noise ${k + 1}` }, canvas);
  });
  const noises = grid("The noise to begin with", cells.length, cells, (k) => touch({ noise: k }));
  const [here, straight, ending] = ["here", "straight on from here", "the end of the path"].map((label) => {
    const canvas = pixels(SIDE, SIDE, { role: "img", "aria-label": label });
    return { canvas, place: element("figure", {}, element("figcaption", {}, label), canvas) };
  });
  root.append(
    element("section", { class: "wish" }, first.place, second.place, mix.place),
    element("section", { class: "noises" }, element("p", {}, "Noise to begin with"), noises),
    element("section", { class: "places" }, here.place, straight.place, ending.place),
    element("section", { class: "time" }, time.place, walkButton),
  );
  end();

  const show = painter(() => {
    const told = names(view.first, view.second, view.mix), asked = `${view.noise} ${told}`;
    if (asked !== walked) { // or only the time has changed
      path = walk(layers, noise[view.noise], told, spread);
      walked = asked;
    }
    const last = path.at(-1).x, ahead = straightOn(path, view.step);
    for (const [{ canvas }, x] of [[here, path[view.step].x], [straight, ahead], [ending, last]]) {
      paint(canvas, imageOf(x, directions, mean), 0, 1);
    }
    first.set(view.first);
    second.set(view.second);
    mix.set(view.mix);
    time.set(view.step / STEPS);
    cells.forEach((cell, k) => cell.setAttribute("aria-pressed", `${k === view.noise}`));
    if (!walking) say(sentence(view, distance(ahead, last), distance(straightOn(path, 0), last)));
  });

  function start() {
    if (calm()) { // then nothing moves by itself
      change({ step: STEPS });
      return;
    }
    let step = view.step < STEPS ? view.step : -1;
    walkButton.textContent = "Stop";
    walking = setInterval(() => {
      step += 1;
      if (step >= STEPS) stop();
      change({ step });
    }, BEAT);
  }

  function stop() {
    clearInterval(walking);
    walking = 0;
    walkButton.textContent = "Walk";
    show(); // what is said where the walk has come to
  }

  show();
  return () => {
    stop();
    leave();
  };
}

// What is drawn, and how far off one would end who went straight on from here.
function sentence({ first, second, mix, step }, off, atFirst) {
  const pure = mix === 0 || mix === 1 || first === second, part = Math.round(100 * mix);
  const aim = pure ? `A ${mix === 1 ? second : first}` : `${100 - part} % of a ${first} and ${part} % of a ${second}`;
  const start = `${aim}, t = ${number(step / STEPS, 1)}`;
  if (step === STEPS) return `${start}: this is where the path ends.`;
  const before = step ? ` (at t = 0, ${number(atFirst)})` : "";
  return `${start}: who went straight on from here would end ${number(off)} from the end of the path${before}.`;
}

export default { render };
