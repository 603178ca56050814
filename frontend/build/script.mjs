import { build } from "esbuild";
import { join } from "node:path";
import { here, out } from "./paths.mjs";

export async function buildScript() {
  await build({
    entryPoints: [join(here, "console", "main.js")],
    outfile: join(out, "vereda.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome125", "firefox128", "safari17.5"],
    legalComments: "none",
    logLevel: "warning",
  });
}
