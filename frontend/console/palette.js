// The palette: Ctrl-K (or ⌘K), or its link, opens a dialog over the same search the link leads to.
// Answers come from the server as links with role="option"; focus stays in the field.
const dialog = () => document.getElementById("palette");
const options = () => [...dialog().querySelectorAll('[role="option"]')];

function open() {
  const field = dialog().querySelector("input");
  if (dialog().open) return;
  document.querySelectorAll("dialog[open]").forEach((other) => other.close());
  dialog().showModal();
  field.value = "";
  field.focus();
  field.dispatchEvent(new Event("palette:open"));
}

function choose(option) {
  for (const other of options()) other.setAttribute("aria-selected", other === option);
  dialog().querySelector("input").setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

function move(event) {
  const all = options();
  const chosen = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = { ArrowDown: chosen + 1, ArrowUp: chosen - 1, Enter: chosen }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  if (event.key === "Enter") all[Math.max(chosen, 0)]?.click();
  else choose(all.at(next % all.length));
}

document.addEventListener("keydown", (event) => {
  if (!dialog()) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open();
  } else if (dialog().contains(event.target)) move(event);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("vereda-palette a, [data-palette]");
  if (!opener || !dialog() || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  open();
});

document.addEventListener("submit", (event) => {
  if (event.target.closest?.("#palette")) event.preventDefault();
});

document.addEventListener("htmx:after:settle", (event) => {
  if (dialog()?.contains(event.target)) choose(options()[0]);
});

/** Shows the keys of this machine on the link that opens the palette. */
class Palette extends HTMLElement {
  connectedCallback() {
    const keys = this.querySelector("kbd");
    if (keys && /Mac|iPhone|iPad/.test(navigator.platform)) keys.textContent = "⌘K";
  }
}
customElements.define("vereda-palette", Palette);
