// A press on a tick goes to the day of the tick, and not to one beside it.
import { max, stepAt } from "./days.js";
import { tickNear } from "./events.js";

const REACH = { mouse: 5, pen: 8, touch: 16 }; // pixels beside a tick that still mean it
const ROW = 9; // pixels from one row of ticks to the next
const SLACK = 3; // pixels that a hand moves without meaning to drag
const onTheWayDown = (name, listener) => document.addEventListener(name, listener, true);

let aim; // the step of the tick that was pressed, until the hand moves on
let pressedAt = 0;

onTheWayDown("pointerdown", ({ target, clientX, clientY, pointerType }) => {
  aim = undefined;
  if (target.id !== "day") return;
  pressedAt = clientX;
  const ticks = document.querySelector("#strip .ticks").getBoundingClientRect();
  if (clientY < ticks.top || clientY > ticks.bottom) return;
  const steps = ((REACH[pointerType] ?? REACH.mouse) * max(target)) / ticks.width;
  aim = tickNear(stepAt(target, clientX), Math.floor((clientY - ticks.top) / ROW), steps);
});
onTheWayDown("pointermove", ({ clientX }) => {
  if (Math.abs(clientX - pressedAt) > SLACK) aim = undefined;
});
onTheWayDown("keydown", () => (aim = undefined));
// Whatever the range makes of the press, it means the tick.
onTheWayDown("input", ({ target, isTrusted }) => {
  if (aim !== undefined && isTrusted && target.id === "day") target.value = aim;
});
// A press so near the handle that the range did not move means the tick as well.
onTheWayDown("pointerup", ({ target }) => {
  if (aim === undefined || target.id !== "day" || Number(target.value) === aim) return;
  target.value = aim;
  target.dispatchEvent(new Event("input", { bubbles: true }));
});
