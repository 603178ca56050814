// <vereda-peek>: Space on a row that has data-peek (or a click on a [data-peek-open] button) shows it in a drawer.
import htmx from "htmx.org/dist/htmx.esm.js";
import { mayAct } from "./keys.js";

class Peek extends HTMLElement {
  connectedCallback() {
    this.drawer = this.querySelector("dialog");
    this.onKey = (event) => {
      const row = event.target.closest?.("[data-peek]");
      if (event.key !== " " || !row || event.target.closest("button, a, input, summary") || !mayAct(event)) return;
      event.preventDefault();
      this.show(row);
    };
    this.onClick = (event) => {
      const button = event.target.closest?.("[data-peek-open]");
      if (button) this.show(button.closest("[data-peek]"));
    };
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("click", this.onClick);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("click", this.onClick);
  }

  async show(row) {
    await htmx.ajax("GET", row.dataset.peek, { source: row, target: "#peek-content", swap: "innerHTML" });
    if (!this.drawer.open) this.drawer.showModal();
  }
}
customElements.define("vereda-peek", Peek);
