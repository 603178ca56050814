// Makes the part of Basecoat that Vereda uses, in Vereda's terms.
//
// Basecoat is read, never copied into the repository. Two things are changed on the way:
// - `dark:` utilities go: every token already carries both themes through light-dark();
// - `focus-visible:` and `ring` utilities go: one rule of ours draws every focus outline, at 3:1 or more.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generated, packages } from "./paths.mjs";

const COMPONENTS = [
  "alert", "avatar", "badge", "breadcrumb", "button", "button-group", "checkbox", "dialog", "empty", "field", "input",
  "input-group", "kbd", "label", "native-select", "radio", "skeleton", "switch", "textarea",
];
const NOVA_SECTIONS = new Set([...COMPONENTS, "form"]);

const source = (...path) => readFileSync(join(packages, "basecoat-css", "dist", ...path), "utf8");

/** Drops the utilities Vereda decides for itself from every `@apply`. */
function inOurTerms(css) {
  return css
    .replace(/@apply\s+([^;]+);/g, (_, utilities) => {
      const kept = utilities.split(/\s+/).filter((utility) => !DECIDED_BY_VEREDA.test(utility));
      return kept.length ? `@apply ${kept.join(" ")};` : "";
    })
    .replace(/@import[^;]+;/g, "");
}
const DECIDED_BY_VEREDA = /(^|:)dark:|focus-visible:|^outline-none$|^outline-hidden$|aria-invalid:ring|^(bg-)?\[image:var\(--chevron/;

/** Keeps the sections of Nova whose heading names a component in use. */
function novaSections(css) {
  const body = css.slice(css.indexOf("{") + 1, css.lastIndexOf("}"));
  const parts = body.split(/(?=^\s*\/\* [A-Z][^*]*\*\/)/m);
  const named = css.slice(0, css.indexOf("{")).match(/\/\* ([^*]+) \*\//);
  const kept = parts.filter((part, index) => {
    const heading = (part.match(/^\s*\/\* ([A-Z][^*]*?) \*\//) ?? (index === 0 ? named : null))?.[1] ?? "";
    return NOVA_SECTIONS.has(heading.toLowerCase().replaceAll(" ", "-"));
  });
  return `@layer components {${kept.join("")}}`;
}

export function prepareBasecoat() {
  mkdirSync(generated, { recursive: true });
  const theme = source("base", "base.css").match(/@theme \{[\s\S]*?\n\}/)[0].replace(/^\s*--font-.*$/gm, "");
  const components = COMPONENTS.map((name) => source("components", `${name}.css`));
  const css = [theme, ...components, novaSections(source("styles", "nova.css"))].map(inOurTerms).join("\n");
  writeFileSync(join(generated, "basecoat.css"), css);
}
