// What every page costs, compressed, against what we allow it to cost.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { out } from "./paths.mjs";

const BUDGETS = { "vereda.css": 28_000, "vereda.js": 36_000, "icons.svg": 12_000 };

/** Prints the weight of each file; answers whether all are within their budget. */
export function weigh() {
  return Object.entries(BUDGETS).map(([file, limit]) => {
    const weight = gzipSync(readFileSync(join(out, file)), { level: 9 }).length;
    const verdict = weight <= limit ? "within" : "OVER";
    console.log(`${file.padEnd(11)} ${(weight / 1000).toFixed(1).padStart(5)} KB gz, ${verdict} ${limit / 1000} KB`);
    return weight <= limit;
  }).every(Boolean);
}
