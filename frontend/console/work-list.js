// <vereda-work-list>: around a table of things to do. J and K walk its rows; a key that a link or button of the focused row
// names in data-row-keys="x Space" presses it. Without scripts the same links and buttons are there.
import { mayAct } from "./keys.js";

class WorkList extends HTMLElement {
  connectedCallback() {
    this.listen = (event) => mayAct(event) && this.key(event);
    document.addEventListener("keydown", this.listen, true);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listen, true);
  }

  key(event) {
    const rows = [...this.querySelectorAll("tbody tr")];
    const at = rows.indexOf(document.activeElement.closest("tr"));
    const step = { j: 1, k: -1 }[event.key];
    if (step) return this.walk(rows, at + step, event);
    const onRow = at >= 0 && document.activeElement === rows[at];
    const pressed = event.key === " " ? "Space" : event.key;
    const named = (each) => each.dataset.rowKeys.split(" ").includes(pressed);
    const target = at >= 0 && [...rows[at].querySelectorAll("[data-row-keys]")].find(named);
    // On a link or button inside the row, Enter and Space are its own.
    if (!target || (!onRow && ["Enter", "Space"].includes(pressed))) return;
    event.preventDefault();
    event.stopPropagation();
    target.click();
  }

  walk(rows, to, event) {
    const row = rows[Math.min(Math.max(to, 0), rows.length - 1)];
    row?.setAttribute("tabindex", "-1");
    row?.focus();
    event.stopPropagation();
  }
}
customElements.define("vereda-work-list", WorkList);
