// Proposes the time zone of the device on a form that nobody has filled in yet, and says so beside the field.
(() => {
  const field = document.querySelector("[data-propose-zone]");
  if (!field || field.closest("form").querySelector(".is-invalid")) return;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const option = [...field.options].find((each) => each.value === zone);
  if (!option || field.value === zone) return;
  field.value = zone;
  document.getElementById(field.dataset.proposeZone).hidden = false;
})();
