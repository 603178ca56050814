// <vereda-hotkeys>: holds the list behind `?`; each link in it with data-keys="g a" is a shortcut of one or two keys.
// Links anywhere on the page may carry data-keys too. `data-shortcuts="off"` on <body> switches single keys off.
import { mayAct } from "./keys.js";

const WAIT_MS = 900;

class Hotkeys extends HTMLElement {
  connectedCallback() {
    this.typed = "";
    this.listen = (event) => this.hear(event);
    document.addEventListener("keydown", this.listen);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listen);
  }

  hear(event) {
    if (!mayAct(event) || event.key.length !== 1) return;
    if (event.key === "?") return this.closest("dialog").showModal();
    clearTimeout(this.forget);
    this.typed = `${this.typed} ${event.key.toLowerCase()}`.trim();
    const shortcuts = [...document.querySelectorAll("[data-keys]")];
    const exact = shortcuts.find((each) => each.dataset.keys === this.typed);
    if (exact) {
      event.preventDefault();
      this.typed = "";
      exact.click();
    } else if (shortcuts.some((each) => each.dataset.keys.startsWith(`${this.typed} `))) {
      this.forget = setTimeout(() => (this.typed = ""), WAIT_MS);
    } else this.typed = "";
  }
}
customElements.define("vereda-hotkeys", Hotkeys);

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-shortcuts-list]");
  if (!opener) return;
  opener.closest("[popover]")?.hidePopover();
  document.getElementById("shortcuts")?.showModal();
});
