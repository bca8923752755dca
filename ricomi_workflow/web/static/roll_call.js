/* Answers by number while a roll is called, and one sending a press. Everything works without this
   file: each answer is a button, and the server refuses what was overtaken. */
"use strict";

(() => {
  const form = document.querySelector("form[data-answers]");
  if (!form) return;
  const help = form.querySelector("[data-needs-script]");
  if (help) help.hidden = false;

  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => { sent = false; });  // back from the next page

  // The numbers work while the call has the focus (the address leads there), and nowhere else.
  const writing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  document.getElementById("call").addEventListener("keydown", (event) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (writing(event.target)) return;
    const button = form.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
