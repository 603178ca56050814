// Builds everything a browser needs into vereda/static/dist: `npm run build`.
import { mkdirSync, rmSync } from "node:fs";
import { out } from "./paths.mjs";
import { buildStyles } from "./styles.mjs";
import { buildScript } from "./script.mjs";
import { buildIcons } from "./icons.mjs";
import { copyFonts } from "./fonts.mjs";
import { weigh } from "./budget.mjs";

const started = performance.now();
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
buildIcons();
copyFonts();
await Promise.all([buildStyles(), buildScript()]);
const withinBudget = weigh();
console.log(`built in ${Math.round(performance.now() - started)} ms`);
process.exitCode = withinBudget ? 0 : 1;
