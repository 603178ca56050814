import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const here = join(dirname(fileURLToPath(import.meta.url)), "..");
export const out = join(here, "..", "vereda", "static", "dist");
export const packages = join(here, "node_modules");
// Generated sources live next to the packages they come from: never checked in, gone with `npm ci`.
export const generated = join(packages, ".vereda");
