// Days as ISO text, and the steps of the ranges that count them: the last step means data-last,
// however far off that is.
export const DAY = 86_400_000;
const THUMB = 16; // pixels, as the style sheet has it

const short = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
export const shortDate = (day) => short.format(Date.parse(day)).replace("Sept", "Sep");

export const max = (range) => Number(range.max);

export const dayOf = (range, step = Number(range.value)) =>
  step >= max(range)
    ? range.dataset.last
    : new Date(Date.parse(range.dataset.first) + Math.round(step) * DAY).toISOString().slice(0, 10);

export const stepOf = (range, day) => {
  if (day >= range.dataset.last) return max(range);
  const step = Math.round((Date.parse(day) - Date.parse(range.dataset.first)) / DAY);
  return Math.min(Math.max(step, 0), max(range));
};

// The step under a place on the page: both ends of a range are half a thumb within it.
export function stepAt(range, clientX) {
  const { left, width } = range.getBoundingClientRect();
  const share = (clientX - left - THUMB / 2) / (width - THUMB);
  return Math.round(Math.min(Math.max(share, 0), 1) * max(range));
}

// The end of the quarter that lies so many steps away; from inside a quarter, one step on is its end.
const quarterEnd = (day, steps) => {
  const [year, month] = day.split("-").map(Number);
  const end = (index) => Date.UTC(Math.floor(index / 4), (index % 4) * 3 + 3, 0);
  const here = year * 4 + Math.floor((month - 1) / 3);
  const inside = steps > 0 && end(here) > Date.parse(day);
  return new Date(end(here + steps - (inside ? 1 : 0))).toISOString().slice(0, 10);
};

// The step of the end of a quarter, so many quarters after another step or before it. Beyond a break
// there is nothing but the last day, and back from it its other side.
export function quarterStep(range, from, quarters) {
  const step = stepOf(range, quarterEnd(dayOf(range, from), quarters));
  const end = stepOf(range, range.dataset.end);
  if (quarters < 0) return Math.min(step, end);
  return step > end ? max(range) : step;
}
