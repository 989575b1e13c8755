// What the form of an upload gains with scripts: a drop area, a bar that fills, a way to stop. The form works without.
(() => {
  const form = (event) => event.target.closest("form[data-upload]");
  const part = (where, name) => where.querySelector(`[data-${name}]`);
  const megabytes = (bytes) => (bytes / 1048576).toFixed(1);

  const say = (where, text) => { part(where, "message").textContent = text; };

  const show = (where, running) => {
    part(where, "running").hidden = !running;
    where.querySelector("[type=submit]").disabled = running;
  };

  const prepare = (root) => {
    root.querySelectorAll("form[data-upload] .drop-hint").forEach((hint) => { hint.hidden = false; });
  };

  const begin = (event) => {
    const where = form(event);
    if (!where) return;
    const file = where.querySelector("[type=file]").files[0];
    say(where, "");
    if (file && file.size > Number(where.dataset.most)) {
      event.preventDefault();
      say(where, where.dataset.tooLarge);
      where.querySelector("[type=file]").focus();
    }
  };

  const progress = (event) => {
    const where = form(event);
    const file = where?.querySelector("[type=file]").files[0];
    const { loaded, total } = event.detail;
    if (!file || total < file.size) return; // the answer's own progress is told by the same event
    const percent = Math.round((100 * loaded) / total);
    show(where, true);
    where.querySelector("progress").value = percent;
    part(where, "running").querySelector("p").textContent = where.dataset.progress
      .replace("{percent}", percent).replace("{done}", megabytes(loaded)).replace("{total}", megabytes(total));
  };

  const end = (text) => (event) => {
    const where = form(event);
    if (!where) return;
    show(where, false);
    say(where, where.dataset[text]);
    where.closest("[aria-busy]")?.removeAttribute("aria-busy");
    event.stopPropagation(); // the page's own notice would say less
  };

  const drag = (event) => {
    const area = event.target.closest?.("[data-drop]");
    if (!area || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    area.classList.toggle("is-over", event.type === "dragover");
    if (event.type === "drop") {
      area.querySelector("[type=file]").files = event.dataTransfer.files;
      say(form(event), "");
    }
  };

  ["dragover", "dragleave", "drop"].forEach((name) => document.addEventListener(name, drag));
  document.addEventListener("htmx:configRequest", begin);
  document.addEventListener("htmx:xhr:progress", progress);
  document.addEventListener("htmx:afterSwap", () => prepare(document));
  // Before the page's own listeners, which stand on the document as well.
  document.addEventListener("htmx:xhr:abort", end("cancelled"), true);
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => {
    document.addEventListener(name, end("failed"), true);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-cancel]")) window.htmx.trigger(form(event), "htmx:abort");
  });
  prepare(document);
})();
