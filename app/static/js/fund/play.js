// Plays through the life of a fund by day, by event or by quarter, slower or faster, up to the end.
import { max, quarterStep } from "./days.js";
import { nextEvent } from "./events.js";
import { begin, move, release } from "./motion.js";

// How many a second are played at 1×, and which step comes after another.
const PACES = {
  day: { rate: 91.3, after: (range, step) => step + 1 },
  event: { rate: 2, after: (range, step) => nextEvent(step) ?? max(range) },
  quarter: { rate: 1, after: (range, step) => quarterStep(range, step, 1) },
};
const SPEEDS = [1, 2, 4, 8];
const LONGEST_FRAME = 1_000; // milliseconds: who comes back to the page goes on where it stood
const calm = matchMedia("(prefers-reduced-motion: reduce)"); // then it moves once a second
const find = (selector) => document.querySelector(selector);

let frame = 0;
export const isPlaying = () => frame !== 0;

export function play() {
  const range = find("#day");
  if (Number(range.value) >= max(range)) move(range, 0);
  begin(range);
  label("❚❚ Pause", true);
  let [owed, before, movedAt] = [0, performance.now(), 0];
  const show = (now) => {
    if (!range.isConnected) return stopPlaying();
    const { rate, after } = PACES[find("#pace").value];
    owed += (Math.min(now - before, LONGEST_FRAME) / 1_000) * rate * Number(find("#speed").dataset.speed);
    before = now;
    if (owed >= 1 && !(calm.matches && now - movedAt < 1_000)) {
      let step = Number(range.value);
      for (; owed >= 1 && step < max(range); owed -= 1) step = after(range, step);
      move(range, step);
      movedAt = now;
    }
    if (Number(range.value) < max(range)) frame = requestAnimationFrame(show);
    else stopPlaying();
  };
  frame = requestAnimationFrame(show);
}
export function stopPlaying() {
  if (!frame) return;
  cancelAnimationFrame(frame);
  frame = 0;
  label("▶ Play", false);
  release();
}
export const togglePlaying = () => (frame ? stopPlaying() : play());

function label(text, isPressed) {
  find("#play")?.setAttribute("aria-pressed", isPressed);
  if (find("#play")) find("#play").textContent = text;
}
document.addEventListener("click", ({ target }) => {
  if (target.id === "play") togglePlaying();
  if (target.id !== "speed") return;
  const speed = SPEEDS[(SPEEDS.indexOf(Number(target.dataset.speed)) + 1) % SPEEDS.length];
  target.dataset.speed = speed;
  target.textContent = `${speed}×`;
  target.setAttribute("aria-label", `Speed: ${speed}×`);
});
