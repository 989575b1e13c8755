// Proposes the time zone of the device on a form that nobody has filled in yet, and says so beside the field.
(() => {
  // Browsers still report cities by names that the time zone database has given up.
  const OLD_NAMES = {
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
  };
  const field = document.querySelector("[data-propose-zone]");
  if (!field || field.closest("form").querySelector(".is-invalid")) return;
  const reported = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = OLD_NAMES[reported] || reported;
  const option = [...field.options].find((each) => each.value === zone);
  if (!option || field.value === zone) return;
  field.value = zone;
  document.getElementById(field.dataset.proposeZone).hidden = false;
})();
