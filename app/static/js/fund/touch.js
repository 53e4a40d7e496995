// A finger that is put on a slider may be about to scroll the page: nothing moves until it goes
// sideways, or is lifted where it was put down.
import { stepAt } from "./days.js";
import { move } from "./motion.js";

const SLACK = 8; // pixels that a finger moves without meaning to
const onTheWayDown = (name, listener) => document.addEventListener(name, listener, true);

let put = null; // where the finger was put down, as long as it is open what it means
let scrolls = false;

onTheWayDown("pointerdown", ({ target, pointerType, isPrimary, clientX, clientY }) => {
  scrolls = false;
  const isFinger = pointerType === "touch" && isPrimary && target.type === "range"; // two may pinch
  put = isFinger ? { range: target, step: target.value, clientX, clientY } : null;
});
onTheWayDown("pointermove", ({ clientX, clientY }) => {
  if (!put) return;
  const [across, along] = [Math.abs(clientX - put.clientX), Math.abs(clientY - put.clientY)];
  if (across > SLACK && across > along) put = null;
});
onTheWayDown("pointercancel", () => {
  if (!put) return;
  scrolls = true;
  put.range.value = put.step;
  put = null;
});
onTheWayDown("pointerup", () => {
  if (!put) return;
  const { range, clientX } = put;
  put = null;
  move(range, stepAt(range, clientX));
});
onTheWayDown("input", (event) => {
  if (!event.isTrusted || !put) return;
  put.range.value = put.step;
  event.stopImmediatePropagation();
});
onTheWayDown("change", (event) => {
  if (event.isTrusted && (put || scrolls) && event.target.type === "range") event.stopImmediatePropagation();
});
