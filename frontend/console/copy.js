// <vereda-copy>: its button copies the text of the <code> beside it, or of the element that `from` names.
class Copy extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => event.target.closest("button") && this.copy());
  }

  async copy() {
    const from = this.getAttribute("from");
    const source = from ? document.getElementById(from) : this.parentElement.querySelector("code");
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    document.dispatchEvent(new CustomEvent("vereda:toast", { detail: { tone: "success", text: this.getAttribute("done") } }));
  }
}
customElements.define("vereda-copy", Copy);
