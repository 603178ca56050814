// `commandfor` + `command` open and close dialogs natively; this does the same in browsers that do not know them yet.
// `closedby="any"` likewise.
const native = "commandForElement" in HTMLButtonElement.prototype;

document.addEventListener("click", (event) => {
  const dialog = event.target.closest?.("dialog[closedby=any][open]");
  if (dialog && event.target === dialog && !("closedBy" in dialog)) dialog.close();
  const button = event.target.closest?.("button[commandfor]");
  if (native || !button) return;
  const target = document.getElementById(button.getAttribute("commandfor"));
  if (button.getAttribute("command") === "show-modal") target?.showModal();
  if (button.getAttribute("command") === "close") target?.close();
});
