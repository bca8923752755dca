/* The desk of the fund by single keys: from row to row, to a list, into a matter. Everything works
   without this file: lists have access keys, rows have links. */
"use strict";

(() => {
  const desk = document.getElementById("desk");
  if (!desk) return;
  const help = document.querySelector("[data-needs-script]");
  if (help) help.hidden = false;

  const rows = [...desk.querySelectorAll("[data-row]")];
  const first = (row) => row.querySelector("a[data-act]") || row.querySelector("a");
  const here = () => rows.findIndex((row) => row.contains(document.activeElement));

  // From a heading, the row that follows it is the next one.
  const after = () => {
    const spot = document.activeElement;
    const ahead = (row) => spot.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING;
    return desk.contains(spot) && spot !== desk ? rows.findIndex(ahead) : 0;
  };
  const go = (step) => {
    const at = here();
    const to = at < 0 ? after() : at + step;
    if (rows[to]) first(rows[to]).focus();
  };
  const list = (key) => {
    const link = document.querySelector(`.waits a[data-key="${CSS.escape(key)}"]`);
    const heading = link && document.getElementById(link.hash.slice(1));
    if (heading) heading.focus();
    return Boolean(heading);
  };
  const open = () => {
    const at = here();
    const link = at < 0 ? null : rows[at].querySelector(".title a");
    if (link) link.click();
    return Boolean(link);
  };

  // Single keys work while the lists or their counts have the focus, and nowhere else.
  const writing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
  const press = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
    const moved = event.key === "j" ? (go(1), true)
      : event.key === "k" ? (go(-1), true)
        : event.key === "o" ? open() : list(event.key);
    if (moved) event.preventDefault();
  };
  for (const part of [desk, ...document.querySelectorAll(".waits")]) {
    part.addEventListener("keydown", press);
  }
})();
