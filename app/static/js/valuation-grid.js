// The grid of a valuation round is kept as it is typed, and what is typed while an answer is on its way
// stays.
"use strict";

(() => {
  const form = document.getElementById("grid");

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
