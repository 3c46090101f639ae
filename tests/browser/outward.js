// Tries to ask another machine for something, in every way that a page has, and says of
// each whether the page's policy has refused it.
async () => {
  const there = "http://127.0.0.2:9/";
  const source = (element) => { element.src = there; };
  const elements = {
    script: source, img: source, iframe: source, video: source, audio: source, embed: source,
    object: (element) => { element.data = there; },
    link: (element) => Object.assign(element, { rel: "stylesheet", href: there }),
    style: (element) => { element.textContent = `@import "${there}style";`; },
  };
  const calls = {
    fetch: () => fetch(there),
    beacon: () => navigator.sendBeacon(there, ""),
    socket: () => new WebSocket("ws://127.0.0.2:9/"),
    events: () => new EventSource(there),
    import: () => import(there),
    eval: () => globalThis.eval("0"), // no request, but a way to write one
  };
  let refused = 0;
  document.addEventListener("securitypolicyviolation", () => { refused++; });
  const waited = async (before) => {
    for (let k = 0; k < 100 && refused === before; k++) await new Promise((go) => { setTimeout(go, 10); });
    return refused > before ? "refused" : "asked";
  };
  const found = {};
  for (const [name, ask] of Object.entries(elements)) {
    const before = refused, element = document.createElement(name);
    ask(element);
    document.body.append(element);
    found[name] = await waited(before);
    element.remove();
  }
  for (const [name, ask] of Object.entries(calls)) {
    const before = refused;
    try {
      await ask();
    } catch {} // the refusal itself
    found[name] = await waited(before);
  }
  return found;
}
