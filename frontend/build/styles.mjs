import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { here, out, packages } from "./paths.mjs";
import { prepareBasecoat } from "./basecoat.mjs";

export async function buildStyles() {
  prepareBasecoat();
  const tailwind = join(packages, "@tailwindcss", "cli", "dist", "index.mjs");
  const target = join(out, "vereda.css");
  await promisify(execFile)(process.execPath, [tailwind, "-i", "styles/vereda.css", "-o", target, "--minify"], { cwd: here });
  if (/url\(["']?data:/.test(readFileSync(target, "utf8"))) {
    throw new Error("vereda.css holds a data: image; the content security policy (img-src 'self') would block it");
  }
}
