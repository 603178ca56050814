// What every element that listens to single keys must know.

/** Is somebody writing? Then a letter is a letter. */
export function isWriting(target) {
  return target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") != null;
}

/** May a bare key act: nobody is writing, no modifier, no dialog open, and the member has not switched them off? */
export function mayAct(event) {
  return (
    !event.defaultPrevented &&
    !event.ctrlKey && !event.metaKey && !event.altKey &&
    document.body.dataset.shortcuts !== "off" &&
    !isWriting(event.target) &&
    !document.querySelector("dialog[open]")
  );
}
