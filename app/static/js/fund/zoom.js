// Zooms the strip: a part of the fund's life takes up the whole width, and the rest can be scrolled to.
// By the buttons, by + − 0, by a pinch, and by what is brushed with the Shift key held.
import { dayOf, max, shortDate, stepAt } from "./days.js";
import { release } from "./motion.js";

const LEAST_IN_SIGHT = 45; // days
const WIDEST = 60_000; // pixels of the whole strip, which is more than browsers draw well beyond
const FACTOR = 2; // of a press or a key
const SLACK = 3; // pixels that a hand moves without meaning to brush
const NEAR = 24; // pixels from an edge within which the handle does not stay
const find = (selector) => document.querySelector(selector);
const onTheWayDown = (name, listener) => document.addEventListener(name, listener, true);
const clamp = (number, low, high) => Math.min(Math.max(number, low), high);

const zoomOf = (strip) => Number(strip.style.getPropertyValue("--zoom") || 1);
const isZoomed = () => find("#scroller")?.classList.contains("zoomed") ?? false;
// Where the strip lies in what scrolls, in pixels.
function measure() {
  const [scroller, strip] = [find("#scroller"), find("#scroller > .strip")];
  const margin = strip.offsetLeft - scroller.offsetLeft;
  return { scroller, strip, width: strip.offsetWidth, inSight: scroller.clientWidth - 2 * margin };
}

// The shares of the scale between which the strip is in sight.
export function sight() {
  if (!isZoomed()) return { from: 0, to: 1 };
  const { scroller, width, inSight } = measure();
  return { from: scroller.scrollLeft / width, to: (scroller.scrollLeft + inSight) / width };
}

// Zooms so that a share of the scale comes to lie so many pixels from the left of what is in sight.
function zoom(factor, share, left) {
  const { scroller, strip, inSight } = measure();
  if (inSight <= 0) return; // not laid out, as while the page is left
  const most = Math.min(max(find("#day")) / LEAST_IN_SIGHT, WIDEST / inSight);
  const zoomed = clamp(factor, 1, Math.max(most, 1));
  scroller.classList.toggle("zoomed", zoomed > 1);
  strip.style.setProperty("--zoom", zoomed);
  scroller.scrollLeft = share * inSight * zoomed - left;
  tell();
}
function zoomBy(factor, clientX) {
  const { scroller, strip, width } = measure();
  const left = clientX - strip.getBoundingClientRect().left - scroller.scrollLeft;
  zoom(zoomOf(strip) * factor, (left + scroller.scrollLeft) / width, left);
}
function zoomTo(from, to) {
  zoom(1 / (to - from), from, 0);
}
function reset() {
  zoomTo(0, 1);
}
// About the handle, which stays where it is, or comes to the middle from out of sight.
function zoomAtHandle(factor) {
  const { scroller, strip, width, inSight } = measure();
  const share = find("#day").value / max(find("#day"));
  const left = share * width - scroller.scrollLeft;
  zoom(zoomOf(strip) * factor, share, left < 0 || left > inSight ? inSight / 2 : left);
}

// Scrolls as little as brings the handle into sight.
export function reveal(share) {
  if (!isZoomed()) return;
  const { scroller, width, inSight } = measure();
  const left = share * width;
  scroller.scrollLeft = clamp(scroller.scrollLeft, left - inSight + NEAR, left - NEAR);
}

// Says which days are in sight, and keeps the amounts of the axis there.
function tell() {
  const [{ from, to }, { scroller, strip, inSight }] = [sight(), measure()];
  if (inSight <= 0) return;
  strip.style.setProperty("--seen-from", `${isZoomed() ? scroller.scrollLeft : 0}px`);
  strip.style.setProperty("--seen-width", isZoomed() ? `${inSight}px` : "100%");
  const range = find("#day");
  const day = (share) => shortDate(dayOf(range, share * max(range)));
  find("#in-sight").textContent = isZoomed() ? `${day(from)} – ${day(Math.min(to, 1))}` : "";
  for (const each of document.querySelectorAll("#zoom-out, #zoom-whole")) each.disabled = !isZoomed();
}

onTheWayDown("scroll", ({ target }) => target.id === "scroller" && tell());
window.addEventListener("resize", () => {
  if (!isZoomed()) return;
  reveal(find("#day").value / max(find("#day")));
  tell();
});
document.addEventListener("click", ({ target }) => {
  if (target.id === "zoom-in") zoomAtHandle(FACTOR);
  if (target.id === "zoom-out") zoomAtHandle(1 / FACTOR);
  if (target.id === "zoom-whole") reset();
});
document.addEventListener("dblclick", ({ target }) => target.id === "day" && isZoomed() && reset());
onTheWayDown("keydown", (event) => {
  const { target, key, ctrlKey, metaKey, altKey } = event;
  if (target.id !== "day" || ctrlKey || metaKey || altKey) return;
  if (key === "+" || key === "=") zoomAtHandle(FACTOR);
  else if (key === "-") zoomAtHandle(1 / FACTOR);
  else if (key === "0") reset();
  else return;
  event.preventDefault();
});
// On a touchpad a pinch comes as a wheel that turns with the Control key.
document.addEventListener(
  "wheel",
  (event) => {
    if (!event.ctrlKey || event.target.id !== "day") return;
    event.preventDefault();
    zoomBy(Math.exp(-event.deltaY / 100), event.clientX);
  },
  { passive: false },
);

// What is brushed with the Shift key held comes to fill the width.
let brushed = null; // where it began
const share = (clientX) => stepAt(find("#day"), clientX) / max(find("#day"));
onTheWayDown("pointerdown", (event) => {
  brushed = null;
  if (event.target.id !== "day" || !event.shiftKey || event.pointerType === "touch") return;
  event.stopImmediatePropagation();
  brushed = event.clientX;
});
// The range would take the press for its own.
onTheWayDown("mousedown", (event) => brushed !== null && event.preventDefault());
onTheWayDown("pointermove", (event) => {
  if (brushed === null) return;
  event.stopImmediatePropagation();
  const [from, to] = [share(brushed), share(event.clientX)].sort((one, other) => one - other);
  const brush = find("#brush");
  [brush.style.left, brush.style.width] = [`${from * 100}%`, `${(to - from) * 100}%`];
  brush.hidden = false;
});
for (const name of ["pointerup", "pointercancel"]) {
  onTheWayDown(name, (event) => {
    if (brushed === null) return;
    event.stopImmediatePropagation();
    find("#brush").hidden = true;
    const [from, to] = [share(brushed), share(event.clientX)].sort((one, other) => one - other);
    const isMeant = Math.abs(event.clientX - brushed) > SLACK && to > from;
    brushed = null;
    if (name === "pointerup" && isMeant) zoomTo(from, to);
  });
}

// Two fingers zoom, and move what is in sight; until both are lifted they move no handle.
const fingers = new Map(); // by their pointer, where they are
let pinch = null; // where the handle was, how far apart they were, what lay between, how far it was zoomed
const spread = () => {
  const [one, other] = fingers.values();
  return { apart: Math.max(Math.abs(one - other), 1), middle: (one + other) / 2 };
};
onTheWayDown("pointerdown", (event) => {
  if (event.target.id !== "day" || event.pointerType !== "touch") return;
  fingers.set(event.pointerId, event.clientX);
  if (fingers.size !== 2) return;
  const { apart, middle } = spread();
  const step = event.target.value;
  pinch = { step, apart, between: share(middle), zoomed: zoomOf(find("#scroller > .strip")) };
});
onTheWayDown("pointermove", (event) => {
  if (!fingers.has(event.pointerId)) return;
  fingers.set(event.pointerId, event.clientX);
  if (!pinch) return;
  event.stopImmediatePropagation();
  if (fingers.size !== 2) return;
  const { apart, middle } = spread();
  const { scroller, strip } = measure();
  const left = middle - strip.getBoundingClientRect().left - scroller.scrollLeft;
  zoom((pinch.zoomed * apart) / pinch.apart, pinch.between, left);
});
for (const name of ["pointerup", "pointercancel"]) {
  onTheWayDown(name, (event) => {
    if (!fingers.delete(event.pointerId) || !pinch) return;
    event.stopImmediatePropagation();
    if (fingers.size) return;
    release();
    setTimeout(() => (pinch = null)); // the range tells of it once more
  });
}
for (const name of ["input", "change"]) {
  onTheWayDown(name, (event) => {
    if (!pinch || !event.isTrusted || event.target.id !== "day") return;
    event.target.value = pinch.step;
    event.stopImmediatePropagation();
  });
}
