// Days as ISO text, and the steps of the ranges that count them: the last step means data-last,
// however far off that is.
export const DAY = 86_400_000;

const short = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
export const shortDate = (day) => short.format(Date.parse(day)).replace("Sept", "Sep");

export const max = (range) => Number(range.max);

export const dayOf = (range) =>
  Number(range.value) >= max(range)
    ? range.dataset.last
    : new Date(Date.parse(range.dataset.first) + Math.round(range.value) * DAY).toISOString().slice(0, 10);

export const stepOf = (range, day) => {
  if (day >= range.dataset.last) return max(range);
  const step = Math.round((Date.parse(day) - Date.parse(range.dataset.first)) / DAY);
  return Math.min(Math.max(step, 0), max(range));
};

// The end of the quarter that lies so many steps away; from inside a quarter, one step on is its end.
export const quarterEnd = (day, steps) => {
  const [year, month] = day.split("-").map(Number);
  const end = (index) => Date.UTC(Math.floor(index / 4), (index % 4) * 3 + 3, 0);
  const here = year * 4 + Math.floor((month - 1) / 3);
  const inside = steps > 0 && end(here) > Date.parse(day);
  return new Date(end(here + steps - (inside ? 1 : 0))).toISOString().slice(0, 10);
};
