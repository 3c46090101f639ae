// What makes axe quick on pages with thousands of symbols.

// Text has enough contrast or not by its colours, size and weight, and by what lies
// behind it: one piece of text stands for all that agree in these. Keeps one for each
// look that has not been judged, and returns these looks.
window.kept = {}; // by screen
function keepNewLooks(screen, judged) {
  const known = new Map(), before = new Set(judged);
  const behind = (element) => {
    if (!element) return "";
    if (!known.has(element)) {
      const style = getComputedStyle(element);
      const own = [
        style.backgroundColor, style.backgroundImage, style.clip, style.filter,
        style.opacity, style.position, style.visibility,
      ];
      known.set(element, [...own, behind(element.parentElement)].join());
    }
    return known.get(element);
  };
  const look = (element) => {
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
    return [color, fontSize, fontWeight, textShadow, behind(element)].join();
  };
  const ownText = ({ childNodes }) =>
    [...childNodes].map((n) => n.nodeType === Node.TEXT_NODE ? n.data.trim() : "").join("");
  const found = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    const { length } = ownText(element);
    if (!length || !element.checkVisibility()) continue;
    const its = look(element);
    // The longest: a single letter is not judged.
    if (before.has(its) || length <= (found.get(its)?.length ?? 0)) continue;
    found.set(its, { element, length });
  }
  kept[screen] = [...found.values()].map(({ element }) => element);
  return [...found.keys()];
}

// Lets axe judge the colours of what is kept for a screen, and of nothing else.
axe.configure({
  rules: [
    { id: "color-contrast", selector: "[data-kept]" },
    { id: "link-in-text-block", selector: "a[data-kept]" },
  ],
});
function mark(screen) {
  document.querySelectorAll("[data-kept]").forEach(element => delete element.dataset.kept);
  kept[screen].forEach(element => { element.dataset.kept = ""; });
  return kept[screen].length;
}

// But for colours, nothing within a formula or a listing can be wrong, unless it can be
// reached. What is kept is still needed.
function flatten(selector, kept = []) {
  for (const element of document.querySelectorAll(selector)) {
    if (element.querySelector("a, button, [id], [role], [tabindex]")) continue;
    if (kept.some((part) => element.contains(part))) continue;
    element.textContent = element.textContent;
  }
}
