// <vereda-chart>: reads a value out of a chart the server drew. Hover, or focus it and use the arrow keys.
// data-x and data-y are the points in the drawing's own units, data-says what to say at each, in the page's language.
const SPACE = "http://www.w3.org/2000/svg";

class Chart extends HTMLElement {
  connectedCallback() {
    this.svg = this.querySelector("svg");
    if (!this.svg || !this.dataset.x) return;
    this.scrollLeft = this.scrollWidth;
    this.x = this.dataset.x.split(" ").map(Number);
    this.y = this.dataset.y.split(" ").map((each) => (each === "-" ? null : Number(each)));
    this.says = this.dataset.says.split("|");
    this.at = -1;
    this.svg.addEventListener("pointermove", (event) => this.show(this.nearest(event)));
    this.svg.addEventListener("pointerleave", () => this.show(-1));
    this.svg.addEventListener("keydown", (event) => this.key(event));
    this.svg.addEventListener("blur", () => this.show(-1));
  }

  nearest(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
    return this.x.reduce((best, x, index) => (Math.abs(x - point.x) < Math.abs(this.x[best] - point.x) ? index : best), 0);
  }

  key(event) {
    const last = this.x.length - 1;
    const next = { ArrowRight: this.at + 1, ArrowLeft: this.at < 0 ? last : this.at - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.show(Math.min(Math.max(next, 0), last));
  }

  show(index) {
    this.at = index;
    this.querySelector("output").textContent = this.says[index] ?? "";
    this.mark("cursor", "line", index < 0 ? null : { x1: this.x[index], x2: this.x[index], y1: this.dataset.top, y2: this.dataset.bottom });
    this.mark("point", "circle", index < 0 || this.y[index] === null ? null : { cx: this.x[index], cy: this.y[index], r: 4 });
  }

  mark(name, kind, attributes) {
    const shape = this.svg.querySelector(`.${name}`) ?? this.svg.appendChild(document.createElementNS(SPACE, kind));
    if (!attributes) return shape.remove();
    shape.setAttribute("class", name);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
  }
}
customElements.define("vereda-chart", Chart);
