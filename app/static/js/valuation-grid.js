// The grid of a valuation round: keys go down a column, a column is pasted from a spreadsheet, and
// what is typed while an answer is on its way stays.
"use strict";

(() => {
  const form = document.getElementById("grid");
  const isCell = (element) => element.form === form && element.matches("td.cell > :is(input, select)");
  const change = (cell) => cell.dispatchEvent(new Event("change", { bubbles: true }));

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
    if (!next && key === "Enter") change(target);
  });

  form.addEventListener("paste", (event) => {
    const lines = event.clipboardData.getData("text").replace(/\r?\n$/, "").split(/\r?\n/);
    if (lines.length < 2 || event.target.type !== "text" || !isCell(event.target)) return;
    event.preventDefault();
    const { cells, at } = column(event.target);
    const filled = cells.slice(at, at + lines.length);
    filled.forEach((cell, index) => (cell.value = lines[index].trim()));
    filled.at(-1).focus();
    const over = lines.length - filled.length;
    const told = `${filled.length} of ${lines.length} lines pasted: ${over} below the last row left out.`;
    document.getElementById("pasted").textContent = over ? told : "";
    change(event.target);
  });

  // What is sent is what stands there when it is sent, beside what was kept by then.
  form.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
    ctx.request.body = new URLSearchParams(new FormData(form));
  });
  const LIVE = { checked: "defaultChecked", selected: "defaultSelected" };
  htmx.registerExtension("typed-cells", {
    htmx_before_morph_attr(element, { attrName: name, newValue }) {
      const isText = name === "value" && element.type === "text";
      if (isText) return element.value === element.getAttribute(name) || element.value === newValue;
      if (name in LIVE && element[name] === element[LIVE[name]]) element[name] = newValue !== null;
    },
  });
})();
