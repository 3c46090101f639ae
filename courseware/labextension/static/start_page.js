// The start page's side in JupyterLab: the way back, the place in a lesson, and word of
// what is not saved. JupyterLab loads it as it is: a container of webpack's module
// federation, written by hand because there is nothing to build.

(() => {
  const PATIENCE = 5000; // milliseconds until a lost connection is tried again
  const SAVING = 2000; // milliseconds that saving may keep a reader from the start page
  const LESSON = /[/](?:lab|doc)(?:[/]workspaces[/][^/]+)?[/]tree[/](.+)$/;
  let shared; // by name and version, what JupyterLab shares with its extensions

  // Of the server's configuration of the page; see courseware.server.start_page.
  const config = () =>
    JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}");

  // Put cells into the page, the nearest to one of them first. JupyterLab does so from
  // the top on, when it is idle: it may take many seconds until it comes to that one.
  async function attach(content, target) {
    const { widgets } = content;
    const far = (index) => Math.abs(index - target);
    const order = [...widgets.keys()].sort((one, other) => far(one) - far(other));
    for (const cell of order.map((index) => widgets[index])) {
      if (cell.isDisposed || !cell.isPlaceholder()) continue;
      const index = widgets.indexOf(cell);
      cell.dataset.windowedListIndex = `${index}`;
      content.layout.insertWidget(index, cell);
      await new Promise(requestAnimationFrame);
    }
  }

  // Go to the cell that the address names. JupyterLab does so only in the notebook that
  // is in front already, and once, though a notebook grows while its cells are put into
  // the page and their formulas set. This stays there until its reader does something.
  async function goTo(app) {
    const place = window.location.hash;
    const path = LESSON.exec(window.location.pathname)?.[1];
    if (!path || !place.startsWith("#cell-id=")) return;
    await app.restored;
    const panel = await app.commands.execute("docmanager:open", {
      path: decodeURIComponent(path),
    });
    await panel.revealed;
    const { content } = panel;
    const index = content.widgets.findIndex(
      ({ model }) => place === `#cell-id=${encodeURIComponent(model.id)}`,
    );
    if (index < 0) return;
    content.activeCellIndex = index;
    if (content.notebookConfig.windowingMode !== "full") attach(content, index);
    panel.setFragment(place); // before any scrolling that has waited for its turn
    const grows = new ResizeObserver(() => panel.setFragment(place));
    grows.observe(panel.node.querySelector(".jp-WindowedPanel-viewport"));
    for (const deed of ["wheel", "pointerdown", "touchstart", "keydown", "popstate"]) {
      const options = { capture: true, once: true };
      window.addEventListener(deed, () => grows.disconnect(), options);
    }
  }

  // What a reader can change in a notebook. When one is opened, what the kernel says of
  // itself goes into the header; JupyterLab marks it as not saved, and asks about that.
  function content(model) {
    const { cells, metadata } = model.toJSON();
    const { kernelspec, language_info, ...header } = metadata;
    return JSON.stringify([cells, header, kernelspec?.name]);
  }

  // The server hears which notebooks are open, and whether they have changes that are
  // not in their files; when the line ends, it knows that they are open no longer.
  function report(address, notebooks) {
    const changed = new Map();
    let line;
    const tell = () => {
      const open = [...changed].map(([context, is]) => [context.localPath, is]);
      if (line.readyState === WebSocket.OPEN) line.send(JSON.stringify(open));
    };
    const set = (context, is) => {
      changed.set(context, is);
      tell();
    };
    const connect = () => {
      line = new WebSocket(address);
      line.onopen = tell;
      line.onclose = () => setTimeout(connect, PATIENCE);
    };
    const watch = async (_, { context }) => {
      await context.ready;
      const { model } = context;
      let saved = content(model);
      const isChanged = () => content(model) !== saved;
      const tidy = () => {
        if (!model.isDisposed && model.dirty && !isChanged()) model.dirty = false;
      };
      set(context, false);
      tidy();
      model.contentChanged.connect(() => {
        if (!changed.get(context) && isChanged()) set(context, true);
      });
      model.stateChanged.connect((_, { name, newValue }) => {
        if (name !== "dirty") return;
        if (newValue) return queueMicrotask(tidy); // once all have heard of it
        saved = content(model);
        set(context, false);
      });
      context.pathChanged.connect(tell);
      context.disposed.connect(() => {
        changed.delete(context);
        tell();
      });
    };
    connect();
    notebooks.forEach((panel) => watch(notebooks, panel));
    notebooks.widgetAdded.connect(watch);
  }

  // The start page shows what is in the files, and its links leave this page: whoever
  // goes there neither finds an old state nor loses what autosave has not come to.
  async function save(notebooks) {
    const saved = [];
    notebooks.forEach(({ context }) => {
      const { contentsModel, isReady, model } = context;
      if (isReady && model.dirty && contentsModel?.writable) saved.push(context.save());
    });
    const late = new Promise((resolve) => setTimeout(resolve, SAVING));
    if (saved.length) await Promise.race([Promise.allSettled(saved), late]);
  }

  const plugin = (INotebookTracker) => ({
    id: "courseware:start-page",
    description: "The way to a course's start page, and what that has to know.",
    autoStart: true,
    requires: [INotebookTracker],
    activate(app, notebooks) {
      const { coursewarePage: page } = config();
      if (!page) return; // served by something else, such as JupyterLite
      // Links on the start page come to the window of this name.
      if (app.name === "JupyterLab") window.name = "jupyterlab";
      app.commands.addCommand("courseware:start-page", {
        label: "Start page",
        execute: async () => {
          await save(notebooks);
          window.open(page, "courseware");
        },
      });
      document.addEventListener("visibilitychange", () => {
        if (document.hidden) save(notebooks); // perhaps for the start page beside it
      });
      report(`${new URL(page, window.location)}/open`.replace("http", "ws"), notebooks);
      goTo(app);
      window.addEventListener("popstate", () => goTo(app));
    },
  });

  (window._JUPYTERLAB ??= {}).courseware = {
    init: (scope) => {
      shared = scope;
    },
    get: async () => {
      const [notebook] = Object.values(shared["@jupyterlab/notebook"]);
      const { INotebookTracker } = (await notebook.get())();
      return () => ({ __esModule: true, default: plugin(INotebookTracker) });
    },
  };
})();
