// What every page does: tells of requests that failed, and keeps addresses short.
"use strict";

document.documentElement.classList.add("js");

const alerts = () => document.getElementById("alerts");

function tellUnreachable() {
  const template = document.getElementById("unreachable");
  alerts().replaceChildren(template.content.cloneNode(true));
}

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx) tellUnreachable();
});

// An error page that is not ours (a proxy's) names no target: it must not take the figures' place.
document.addEventListener("htmx:before:swap", (event) => {
  const { response, hx } = event.detail.ctx;
  if (response?.status >= 400 && !hx?.retarget) {
    event.preventDefault();
    tellUnreachable();
  } else if (response?.status < 400) {
    alerts().replaceChildren();
  }
});

// What is not asked for stays out of the address, and a year that is still being typed is not asked for.
document.addEventListener("htmx:config:request", (event) => {
  const { method, body } = event.detail.ctx.request;
  if (method !== "GET") return;
  for (const [name, value] of [...body]) {
    if (value === "") body.delete(name);
    if (/^0\d{3}-\d\d-\d\d$/.test(value)) event.preventDefault();
  }
});

function isAnswered(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.type !== "select-one") return field.value !== field.defaultValue;
  const first = [...field.options].findIndex((option) => option.defaultSelected);
  return field.selectedIndex !== Math.max(first, 0);
}

// What was typed or chosen before anybody listened is told as soon as somebody does.
document.addEventListener(
  "htmx:after:process",
  () => {
    const fields = "input:not([type=range], [type=hidden], [type=file]), select, textarea";
    for (const field of document.querySelectorAll(fields)) {
      if (!field.closest("[hx-get], [hx-post]") || !isAnswered(field)) continue;
      for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
    }
  },
  { once: true },
);

// A menu closes on Escape, which leads back to what opened it, and on a press outside of it.
const openMenus = () => document.querySelectorAll("details[open]:has(> .menu)");

document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", ({ target }) => {
  for (const menu of openMenus()) menu.open = menu.contains(target);
});

document.addEventListener("click", async ({ target }) => {
  if (!target.dataset.copies) return;
  await navigator.clipboard.writeText(document.getElementById(target.dataset.copies).textContent);
  target.textContent = "Copied";
});
