// The days with events and closes: what happened on each, as the strip tells, and which lie nearest.
const read = new WeakMap(); // of the ticks on the page, which change with what is known

function events() {
  const ticks = document.querySelector("#strip .ticks");
  if (!read.has(ticks)) read.set(ticks, readTicks(ticks));
  return read.get(ticks);
}

// The texts by step, and the steps: of all that is known at the view, of each row, and of the closes.
function readTicks(ticks) {
  const [texts, rows] = [new Map(), []];
  const add = (step, text) => texts.set(step, texts.has(step) ? `${texts.get(step)}, ${text}` : text);
  const collect = (selector, suffix) => {
    for (const { dataset } of ticks.querySelectorAll(selector)) {
      const row = (rows[dataset.row] ??= []);
      const days = dataset.days.split(" ").map(Number);
      for (let index = 0, step = 0; index < days.length; index += 2) {
        const number = days[index + 1];
        step += days[index];
        row.push(step);
        add(step, `${number.toLocaleString("en")} ${number === 1 ? dataset.one : dataset.many}${suffix}`);
      }
    }
  };
  collect("path:not(.later)", "");
  const known = [...texts.keys()].sort((one, other) => one - other);
  collect("path.later", " recorded later");
  const closes = [...document.querySelectorAll("#strip .chapters rect")].map(({ dataset }) => {
    add(Number(dataset.step), `close of ${dataset.name}`);
    return Number(dataset.step);
  });
  return { texts, known, rows, closes };
}

// What happened on the day of a step, such as "2 valuations, 1 call".
export const eventsOn = (step) => events().texts.get(step) ?? "";

export const nextEvent = (step) => events().known.find((each) => each > step);
export const previousEvent = (step) => events().known.findLast((each) => each < step);

// The last day of the closed period in which a step lies.
export const closeFrom = (step) => events().closes.find((each) => each >= step);

// The step with a tick that lies nearest, no farther off than so many steps; one of the row comes first.
export function tickNear(step, row, most) {
  const { rows } = events();
  return nearest(rows[row] ?? [], step, most) ?? nearest(rows.flat(), step, most);
}
function nearest(steps, step, most) {
  const off = (each) => Math.abs(each - step);
  return steps.filter((each) => off(each) <= most).sort((one, other) => off(one) - off(other))[0];
}
