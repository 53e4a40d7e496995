// A grid that is typed into: keys go down a column, and cells are pasted from a spreadsheet.
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

  function fill(cell, text) {
    const same = (option) => [option.value, option.text.toLowerCase()].includes(text.toLowerCase());
    const taken = cell?.matches("select") ? [...cell.options].find(same)?.value : cell && text;
    if (taken !== undefined) cell.value = taken;
    return taken !== undefined || !text;
  }

  form.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text").replace(/\r?\n$/, "");
    const lines = text.split(/\r?\n/).map((line) => line.split("\t").map((each) => each.trim()));
    if (!/[\t\n]/.test(text) || event.target.type !== "text" || !isCell(event.target)) return;
    event.preventDefault();
    const { cells, at } = column(event.target);
    const filled = cells.slice(at, at + lines.length);
    const left = filled.flatMap((cell, index) => {
      const typed = [...cell.closest("tr").querySelectorAll("td.cell > :is(input[type=text], select)")];
      const onwards = typed.slice(typed.indexOf(cell));
      return lines[index].filter((each, step) => !fill(onwards[step], each));
    });
    filled.at(-1).focus();
    const over = lines.length - filled.length;
    const told = over ? [`${filled.length} of ${lines.length} lines pasted: ${over} below the last row left out.`] : [];
    if (left.length) told.push(`Left out, as no choice or column takes it: “${left.join("”, “")}”.`);
    document.getElementById("pasted").textContent = told.join(" ");
    change(event.target);
  });
})();
