// <vereda-select-rows>: around a table whose rows have a checkbox named in `td.pick`.
// Shift picks a range, the head's checkbox picks all shown, J/K walk, X picks; the bulk bar (data-bulk) shows what is picked.
import { mayAct } from "./keys.js";

class SelectRows extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.extend(event));
    this.addEventListener("change", (event) => this.changed(event));
    this.listen = (event) => mayAct(event) && this.key(event);
    document.addEventListener("keydown", this.listen);
    this.afterSwap = () => this.count();
    this.addEventListener("htmx:after:settle", this.afterSwap);
    this.count();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listen);
  }

  get boxes() {
    return [...this.querySelectorAll("tbody .pick input[type=checkbox]")];
  }

  get all() {
    return this.querySelector("thead .pick input[type=checkbox]");
  }

  extend(event) {
    const box = event.target.closest("tbody .pick input");
    if (!box) return;
    const boxes = this.boxes;
    const [from, to] = [boxes.indexOf(this.last ?? box), boxes.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) boxes.slice(from, to + 1).forEach((each) => (each.checked = box.checked));
    this.last = box;
    this.count();
  }

  changed(event) {
    if (event.target === this.all) this.boxes.forEach((box) => (box.checked = this.all.checked));
    this.count();
  }

  count() {
    const picked = this.boxes.filter((box) => box.checked).length;
    this.boxes.forEach((box) => box.closest("tr").classList.toggle("picked", box.checked));
    if (this.all) {
      this.all.checked = picked > 0 && picked === this.boxes.length;
      this.all.indeterminate = picked > 0 && picked < this.boxes.length;
    }
    this.querySelectorAll("[data-bulk]").forEach((bar) => (bar.hidden = picked === 0));
    this.querySelectorAll("[data-picked]").forEach((word) => (word.textContent = picked.toLocaleString(document.documentElement.lang)));
  }

  key(event) {
    const rows = [...this.querySelectorAll("tbody tr")];
    const at = rows.indexOf(document.activeElement.closest("tr"));
    const step = { j: 1, k: -1 }[event.key];
    if (step) {
      const row = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
      row?.setAttribute("tabindex", "-1");
      row?.focus();
    } else if (event.key === "x" && at >= 0) rows[at].querySelector(".pick input")?.click();
  }
}
customElements.define("vereda-select-rows", SelectRows);
