// A press on a tick goes to the very day of the tick, one on a closed period to its last day.
import { max, stepAt } from "./days.js";
import { closeFrom, tickNear } from "./events.js";

const REACH = { mouse: 5, pen: 8, touch: 16 }; // pixels beside a tick that still mean it
const ROW = 9; // pixels from one row of ticks to the next
const SLACK = 3; // pixels that a hand moves without meaning to drag
const onTheWayDown = (name, listener) => document.addEventListener(name, listener, true);

let aim; // the step of what was pressed, until the hand moves on
let pressedAt = 0;

onTheWayDown("pointerdown", ({ target, clientX, clientY, pointerType }) => {
  aim = undefined;
  if (target.id !== "day") return;
  pressedAt = clientX;
  const step = stepAt(target, clientX);
  const ticks = boxAt("#strip .ticks", clientY);
  if (ticks) {
    const steps = ((REACH[pointerType] ?? REACH.mouse) * max(target)) / ticks.width;
    aim = tickNear(step, Math.floor((clientY - ticks.top) / ROW), steps);
  } else if (boxAt("#strip .chapters", clientY)) aim = closeFrom(step);
});
// What covers this height of the page, if it does.
function boxAt(selector, clientY) {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  return box && box.top <= clientY && clientY <= box.bottom ? box : null;
}
onTheWayDown("pointermove", ({ clientX }) => {
  if (Math.abs(clientX - pressedAt) > SLACK) aim = undefined;
});
onTheWayDown("keydown", () => (aim = undefined));
// Whatever the range makes of the press, it means what was aimed at.
onTheWayDown("input", ({ target, isTrusted }) => {
  if (aim !== undefined && isTrusted && target.id === "day") target.value = aim;
});
// A press so near the handle that the range did not move means it as well.
onTheWayDown("pointerup", ({ target }) => {
  if (aim === undefined || target.id !== "day" || Number(target.value) === aim) return;
  target.value = aim;
  target.dispatchEvent(new Event("input", { bubbles: true }));
});
