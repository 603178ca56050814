// Everything pages load: htmx, and Vereda's own elements. Each element works on HTML that already works without it.
import "htmx.org/dist/htmx.esm.js";
import "./failures.js";
import "./invokers.js";
import "./toast.js";
import "./copy.js";
import "./current.js";
import "./menu.js";
import "./palette.js";
import "./hotkeys.js";
import "./select-rows.js";
import "./work-list.js";
import "./peek.js";
import "./edit-cell.js";
import "./chart.js";
