// In a row of tabs that is wider than the screen, the current one is brought into sight.
function showCurrent() {
  for (const link of document.querySelectorAll(".page-tabs [aria-current]")) {
    const row = link.parentElement;
    row.scrollLeft = link.offsetLeft - row.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
  }
}

showCurrent();
document.addEventListener("htmx:after:settle", showCurrent);
