// One sprite with only the icons named in icons.json, plus Vereda's own mark; and the three small
// pictures that styles point at (a style sheet may not hold data: images under our policy).
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { here, out, packages } from "./paths.mjs";

const MARK =
  '<symbol id="vereda" viewBox="0 0 24 24"><path d="M4 20c7 0 2-8 8-8s1-8 8-8"/>' +
  '<circle cx="4" cy="20" r="1.7" fill="currentColor"/><circle cx="20" cy="4" r="1.7" fill="currentColor"/></symbol>';

/** The drawing inside one Lucide icon, without its <svg> wrapper. */
function drawing(name) {
  const svg = readFileSync(join(packages, "lucide-static", "icons", `${name}.svg`), "utf8");
  return svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s+/g, " ").replaceAll("> <", "><").trim();
}

function picture(name, colour) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round">${drawing(name)}</svg>`;
}

export function buildIcons() {
  const names = JSON.parse(readFileSync(join(here, "icons.json"), "utf8"));
  const symbols = names.map((name) => `<symbol id="${name}" viewBox="0 0 24 24">${drawing(name)}</symbol>`);
  writeFileSync(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${MARK}${symbols.join("")}</svg>`);
  writeFileSync(join(out, "check.svg"), picture("check", "#000"));
  writeFileSync(join(out, "dash.svg"), picture("minus", "#000"));
  writeFileSync(join(out, "chevron.svg"), picture("chevron-down", "#7d8681"));
  writeFileSync(join(out, "favicon.svg"), FAVICON);
}

const FAVICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#14523a"/>' +
  '<g fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"><path d="M7 25c8 0 2-9 9-9s1-9 9-9"/></g>' +
  '<g fill="#fff"><circle cx="7" cy="25" r="2.6"/><circle cx="25" cy="7" r="2.6"/></g></svg>';
