// What plain HTML cannot do: busy regions, a failed update that says so, focus after a swap, characters left.
(() => {
  const target = (event) => event.detail.target || event.target;

  const showFailure = (event) => {
    const region = target(event);
    const notice = document.getElementById("update-failed").content.firstElementChild.cloneNode(true);
    const { verb, path } = event.detail.requestConfig;
    const source = event.detail.elt;
    region.removeAttribute("aria-busy");
    region.parentNode.querySelectorAll(":scope > .update-failed").forEach((old) => old.remove());
    notice.querySelector("button").addEventListener("click", () => {
      notice.remove();
      if (source.matches("form")) source.requestSubmit();
      else window.htmx.ajax(verb, path, { source, target: region });
    });
    region.before(notice);
    notice.focus();
  };

  const focusAfterSwap = (event) => {
    const region = target(event);
    region.removeAttribute("aria-busy");
    const next = region.querySelector("[data-focus]") || (region.matches("[data-focus]") ? region : null);
    if (next) next.focus();
  };

  const countCharacters = (counter) => {
    const field = document.getElementById(counter.dataset.countFor);
    if (!field) return;
    const show = () => {
      const left = (counter.dataset.countLimit || field.maxLength) - field.value.length;
      const words = left < 0 ? counter.dataset.countOver : counter.dataset.countText;
      counter.hidden = "countNear" in counter.dataset && left > counter.dataset.countNear;  // short ones: near the end
      counter.textContent = words.replace("{n}", Math.abs(left));
      counter.classList.toggle("field-error", left < 0);
    };
    field.addEventListener("input", show);
    show();
  };

  // A long table of rows to be ticked: one button for all of a page, and the arrow keys from row to row.
  const tickRows = (form) => {
    const rows = [...form.querySelectorAll("table input[type=checkbox]")];
    const all = form.querySelector("[data-tick-all]");
    if (!all || !rows.length) return;
    all.hidden = false;
    const show = () => all.setAttribute("aria-pressed", String(rows.every((row) => row.checked)));
    all.addEventListener("click", () => {
      const wanted = !rows.every((row) => row.checked);
      rows.forEach((row) => { row.checked = wanted; });
      show();
    });
    form.addEventListener("change", show);
    form.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const next = rows[rows.indexOf(event.target) + step];
      if (!step || !rows.includes(event.target)) return;
      event.preventDefault();
      if (next) next.focus();
    });
    show();
  };

  // The server writes filters and long tables open, so that they work without scripts; on narrow screens they start closed.
  const wide = window.matchMedia("(min-width: 62rem)");
  const fitFilters = () => {
    document.querySelectorAll("details.filters:not([data-closed]), details.fold").forEach((panel) => { panel.open = wide.matches; });
  };

  document.addEventListener("htmx:beforeRequest", (event) => target(event).setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterSettle", focusAfterSwap);
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, showFailure);
  });
  document.querySelectorAll("[data-count-for]").forEach(countCharacters);
  document.querySelectorAll("[data-tick-rows]").forEach(tickRows);
  wide.addEventListener("change", fitFilters);
  fitFilters();
})();
