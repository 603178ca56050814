// <vereda-toast>: the one live region. The server speaks through HX-Trigger: {"vereda:toast": [{tone, text}]};
// scripts through say(), with the sentences the element carries as attributes in the page's language.
const STAYS_MS = 8000;

class Toast extends HTMLElement {
  connectedCallback() {
    this.hear = (event) => [event.detail].flat().forEach((toast) => this.show(toast));
    document.addEventListener("vereda:toast", this.hear);
    this.addEventListener("click", (event) => {
      const button = event.target.closest(".icon-button");
      button?.closest(".toast").remove();
    });
    for (const toast of this.children) this.leaveLater(toast);
  }

  disconnectedCallback() {
    document.removeEventListener("vereda:toast", this.hear);
  }

  show({ tone, text }) {
    const good = tone === "success" || tone === "info";
    const toast = document.createElement("div");
    toast.className = good ? "toast" : "toast risk";
    const words = document.createElement("span");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "icon-button";
    close.setAttribute("aria-label", this.getAttribute("close"));
    close.append(this.icon("x"));
    toast.append(this.icon(good ? "circle-check" : "circle-alert"), words, close);
    this.append(toast);
    this.leaveLater(toast);
  }

  /** A toast leaves by itself, but never while somebody is reading it. */
  leaveLater(toast) {
    setTimeout(() => (toast.matches(":hover, :focus-within") ? this.leaveLater(toast) : toast.remove()), STAYS_MS);
  }

  icon(name) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(space, "use");
    use.setAttribute("href", `${this.getAttribute("icons")}#${name}`);
    svg.append(use);
    return svg;
  }
}
customElements.define("vereda-toast", Toast);

/** Say the sentence the page carries under that name ("failed", "denied", "unreachable"). */
export function say(name, tone = "refused") {
  const region = document.querySelector("vereda-toast");
  region?.show({ tone, text: region.getAttribute(name) });
}
