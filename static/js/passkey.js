// Passkeys need scripts: what offers them is hidden until this browser has shown that it can. A passkey that was not
// read (cancelled, unknown, out of time) is told in words on the page, not in the console.
(() => {
  if (!window.PublicKeyCredential) return;
  document.querySelectorAll("[data-passkey]").forEach((offer) => { offer.hidden = false; });
  document.addEventListener("allauth.error", (event) => {
    const told = document.getElementById("passkey-failed");
    event.preventDefault();
    told.hidden = false;
    told.focus();
  });
})();
