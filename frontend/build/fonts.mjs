import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { out, packages } from "./paths.mjs";

const SUBSETS = ["latin", "latin-ext"];

export function copyFonts() {
  mkdirSync(join(out, "fonts"), { recursive: true });
  for (const subset of SUBSETS) {
    const from = join(packages, "@fontsource-variable", "inter", "files", `inter-${subset}-wght-normal.woff2`);
    copyFileSync(from, join(out, "fonts", `inter-${subset}.woff2`));
  }
}
