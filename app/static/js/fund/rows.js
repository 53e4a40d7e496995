// Keeps the rows of the holdings in their places while the handle is held: new ones come last, and
// one that is not there on the day that arrived stays as an empty row.
const BODY = "[data-testid=holdings] tbody";

export function keepRows(fragment) {
  const [shown, arrived] = [document.querySelector(BODY), fragment.querySelector(BODY)];
  if (!shown || !arrived) return;
  const byId = new Map([...arrived.rows].map((row) => [row.id, row]));
  const kept = [...shown.rows].map((row) => byId.get(row.id) ?? emptied(row));
  arrived.prepend(...kept);
}

function emptied(row) {
  if (row.classList.contains("absent")) return row.cloneNode(true);
  const copy = row.cloneNode(true);
  copy.className = "absent";
  for (const cell of copy.querySelectorAll("td")) {
    cell.removeAttribute("title");
    cell.className = "";
    cell.textContent = "–";
  }
  return copy;
}
