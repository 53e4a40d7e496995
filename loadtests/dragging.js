// Watches a fund's page while its handle is dragged: what is painted when, and what it costs.
(() => {
  const find = (selector) => document.querySelector(selector);
  const seen = (window.seen = {
    inputs: [], // [moment, day that the handle stands on]
    tiles: [], // [moment after painting, day of the figures]
    holdings: [], // the same of the holdings
    tasks: [], // milliseconds of the page's long tasks
    shifts: 0, // cumulative layout shift, moves of the hand included
    columns: 0, // how often an edge of a column moved
    rows: 0, // how often a row changed its place
    untrue: 0, // how often figures stood under another date than theirs
    largest: 0, // milliseconds until the largest part of the page was painted
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.tasks.push(entry.duration);
  }).observe({ type: "longtask" });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shifts += entry.value;
  }).observe({ type: "layout-shift" });

  new PerformanceObserver((list) => (seen.largest = list.getEntries().at(-1).startTime)).observe({ type: "largest-contentful-paint", buffered: true });

  const dayOf = (range) =>
    Number(range.value) >= Number(range.max)
      ? range.dataset.last
      : new Date(Date.parse(range.dataset.first) + range.value * 86_400_000).toISOString().slice(0, 10);
  let pointed = 0;
  document.addEventListener("pointermove", (event) => (pointed = event.timeStamp), true);
  document.addEventListener("input", ({ target }) => {
    if (target.id === "day") seen.inputs.push([pointed, dayOf(target)]);
  });

  const figuresOn = () => find("#figures")?.dataset.asOf ?? find("#view")?.dataset.asOf;
  const holdingsOn = () => find("#view")?.dataset.asOf;
  const note = (list, moment, day) => {
    if (day && list.at(-1)?.[1] !== day) list.push([moment, day]);
  };
  const edges = () => [...document.querySelectorAll("[data-testid=holdings] th[scope=col]")].map((cell) => Math.round(cell.getBoundingClientRect().left)).join();
  const names = () => [...document.querySelectorAll("[data-testid=holding] th")].map((cell) => cell.textContent);
  // A row changed its place where one that was there before and after stands at another place.
  const moved = (before, after) => before.some((name, place) => after.includes(name) && after[place] !== name);
  let [edgesBefore, namesBefore, heldOn] = ["", [], ""];
  const painted = new MessageChannel();
  painted.port1.onmessage = () => {
    const moment = performance.now();
    note(seen.tiles, moment, figuresOn());
    if (figuresOn() !== find("#as-of")?.value) seen.untrue += 1;
    note(seen.holdings, moment, holdingsOn());
    if (holdingsOn() !== heldOn) {
      const [edgesNow, namesNow] = [edges(), names()];
      if (edgesBefore && edgesNow && edgesNow !== edgesBefore) seen.columns += 1;
      if (moved(namesBefore, namesNow)) seen.rows += 1;
      [edgesBefore, namesBefore, heldOn] = [edgesNow, namesNow, holdingsOn()];
    }
  };
  const frame = () => {
    painted.port2.postMessage(0); // arrives when the frame is painted
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
})();
