// <vereda-edit-cell>: text with a button that fetches a small form; Esc puts the text back, Enter saves.
// The server answers the form with the cell again, or with 422 and the form and its error.
import htmx from "htmx.org/dist/htmx.esm.js";

class EditCell extends HTMLElement {
  connectedCallback() {
    this.addEventListener("htmx:before:swap", () => {
      if (!this.querySelector("form")) this.before = this.innerHTML;
    });
    this.addEventListener("htmx:after:settle", () => this.settle());
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.querySelector("form")) this.restore(event);
    });
    this.addEventListener("click", (event) => event.target.closest("[data-cancel]") && this.restore(event));
    this.addEventListener("change", (event) => event.target.matches("select") && event.target.form.requestSubmit());
  }

  settle() {
    const control = this.querySelector("form :is(input:not([type=hidden]), select, textarea)");
    (control ?? this.querySelector("button"))?.focus();
    control?.select?.();
  }

  restore(event) {
    event.preventDefault();
    event.stopPropagation();
    const text = document.createRange().createContextualFragment(this.before);
    // htmx marks what it has wired; the copy is not wired yet.
    text.querySelectorAll("[data-htmx-powered]").forEach((each) => each.removeAttribute("data-htmx-powered"));
    this.replaceChildren(text);
    htmx.process(this);
    this.querySelector("button")?.focus();
  }
}
customElements.define("vereda-edit-cell", EditCell);
