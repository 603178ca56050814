// <vereda-menu>: a native popover already opens, closes and returns focus; this adds the arrow keys.
const ITEMS = "a[href], button:not([disabled])";

class Menu extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", (event) => this.move(event));
    this.button = this.querySelector("button[popovertarget]");
    this.menu = this.querySelector("[popover]");
    this.menu?.addEventListener("toggle", (event) => this.button.setAttribute("aria-expanded", event.newState === "open"));
    this.button?.setAttribute("aria-expanded", "false");
  }

  move(event) {
    const open = this.menu.matches(":popover-open");
    if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    if (!open && event.target !== this.button) return;
    event.preventDefault();
    if (!open) this.menu.showPopover({ source: this.button });
    const items = [...this.menu.querySelectorAll(ITEMS)];
    const at = items.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key];
    items.at(next % items.length)?.focus();
  }
}
customElements.define("vereda-menu", Menu);
