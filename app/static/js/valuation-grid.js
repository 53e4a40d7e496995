// The grid of a valuation round: down a column by keys, a column pasted from a spreadsheet, and
// what is typed while an answer is on its way.
"use strict";

(() => {
  const form = document.getElementById("grid");
  const CELLS = "td.cell > :is(input, select)";
  const isCell = (element) => element.matches?.(CELLS) && element.form === form;

  function column(cell) {
    const place = cell.closest("td").cellIndex;
    const rows = [...cell.closest("tbody").rows];
    const cells = rows.map((row) => row.cells[place].querySelector("input, select"));
    return { cells, at: cells.indexOf(cell) };
  }

  form.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (!isCell(target) || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const arrows = target.matches("select") ? {} : { ArrowDown: 1, ArrowUp: -1 };
    const step = key === "Enter" ? (event.shiftKey ? -1 : 1) : arrows[key];
    if (!step) return;
    event.preventDefault();
    const { cells, at } = column(target);
    const next = cells[at + step];
    next?.focus();
    if (next?.type === "text") next.select();
    if (!next && key === "Enter") target.dispatchEvent(new Event("change", { bubbles: true }));
  });

  form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text").replace(/\r?\n$/, "");
    if (event.target.type !== "text" || !isCell(event.target) || !text.includes("\n")) return;
    event.preventDefault();
    const { cells, at } = column(event.target);
    const lines = text.split(/\r?\n/);
    lines.forEach((line, index) => {
      if (cells[at + index]) cells[at + index].value = line.trim();
    });
    const filled = Math.min(lines.length, cells.length - at);
    cells[at + filled - 1].focus();
    const over = lines.length - filled;
    document.getElementById("pasted").textContent = over ? `${filled} of ${lines.length} lines pasted: ${over} below the last row left out. ` : "";
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  });

  // What is sent is what stands there when it is sent, beside what was kept by then.
  form.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    ctx.request.body = new URLSearchParams(new FormData(form));
  });
  // What was typed since the request left stays: the next request brings it.
  const LIVE = { checked: ["checked", "defaultChecked"], selected: ["selected", "defaultSelected"] };
  htmx.registerExtension("typed-cells", {
    htmx_before_morph_attr(element, { attrName, newValue }) {
      if (attrName === "value" && element.type === "text") {
        return element.value === element.getAttribute("value") || element.value === newValue;
      }
      const [live, kept] = LIVE[attrName] ?? [];
      if (live && element[live] === element[kept]) element[live] = newValue !== null;
      return true;
    },
  });
})();
