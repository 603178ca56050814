// What htmx does when the answer is not the fragment it asked for.
// 422 and 409 carry the form or the sentence and are swapped as usual; any other failure leaves the page alone and says so.
import { say } from "./toast.js";

const SWAPPED = new Set([409, 422]);

document.addEventListener("htmx:after:request", ({ detail: { ctx } }) => {
  const { status } = ctx.response;
  if (status < 400 || SWAPPED.has(status)) return;
  ctx.swap = "none";
  if (ctx.hx.trigger) return;
  say(status === 403 || status === 404 ? "denied" : "failed");
});

document.addEventListener("htmx:error", () => say("unreachable"));
