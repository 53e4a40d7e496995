// The motion of a handle: from the first press or key until it is let go, or while it plays.
let moving = null;
let moved = false;

export const inMotion = () => moving;
export function begin(range) {
  if (moving !== range) [moving, moved] = [range, false];
}
export function noteMove(range) {
  if (!moving) moving = range;
  moved = true;
}
export const end = () => (moving = null);

// Lets go: what hears of a change asks for the view in which the handle came to rest.
export function release() {
  const range = moving;
  moving = null;
  if (range && moved) range.dispatchEvent(new Event("change", { bubbles: true }));
}
export function move(range, step) {
  range.value = step;
  range.dispatchEvent(new Event("input", { bubbles: true }));
}
