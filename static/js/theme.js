// Follows the system's light or dark setting for readers who chose neither. Runs before the page is drawn,
// so that nobody sees the other theme first.
(() => {
  const root = document.documentElement;
  if (root.dataset.theme !== "system") return;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  dark.addEventListener("change", apply);
  apply();
})();
