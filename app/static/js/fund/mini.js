// The small slider at the top while the strip is out of sight: it moves the same handle.
import { move } from "./motion.js";

const find = (selector) => document.querySelector(selector);
const observer = new IntersectionObserver(([{ isIntersecting, boundingClientRect }]) => {
  show(!isIntersecting && boundingClientRect.top < 0);
});
let watched = null;

// The strip of the page that is shown; another one comes with another page.
function watch() {
  const strip = find(".strip");
  if (strip === watched) return;
  observer.disconnect();
  if (strip) observer.observe(strip);
  watched = strip;
}
function show(isShown) {
  const mini = find("#mini");
  if (!mini) return;
  if (!isShown && mini.contains(document.activeElement)) find("#day").focus({ preventScroll: true });
  mini.hidden = !isShown;
  follow();
}

// Says what the strip says: the day of the figures and their NAV, and where the handle stands.
export function follow() {
  const [mini, range] = [find("#mini"), find("#day")];
  if (mini.hidden) return;
  mini.querySelector("time").textContent = find("#viewed").textContent;
  mini.querySelector("b").textContent = find("#handle text").textContent;
  const own = find("#mini-day");
  own.value = range.value;
  own.setAttribute("aria-valuetext", range.getAttribute("aria-valuetext"));
}

document.addEventListener("input", ({ target }) => {
  if (target.id === "mini-day") move(find("#day"), target.value);
});
document.addEventListener("htmx:after:swap", watch);
watch();
