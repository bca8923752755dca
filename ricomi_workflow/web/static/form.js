/* Running totals and word counts while one types. Everything works without this file: the server
   computes and checks the same figures. */
"use strict";

(() => {
  const lang = document.documentElement.lang;
  const whole = new Intl.NumberFormat(lang === "en" ? "en-001" : lang, { useGrouping: "always" });
  const decimal = lang === "en" ? "." : ",";

  /** The minor units that a text means, or null when it means no single amount. */
  const cents = (text) => {
    const bare = text.replace(/US\$|[\s\u00a0\u202f]/g, "");
    const mark = decimal === "." ? "\\." : ",";
    const group = decimal === "." ? "," : "\\.";
    const pattern = new RegExp(`^(\\d+|\\d{1,3}(?:${group}\\d{3})+)(?:${mark}(\\d{1,2}))?$`);
    const found = pattern.exec(bare);
    if (!found) return null;
    return BigInt(found[1].replace(/\D/g, "")) * 100n + BigInt((found[2] ?? "").padEnd(2, "0"));
  };

  const written = (minor) => {
    const rest = minor % 100n;
    const text = whole.format(minor / 100n);
    return rest === 0n ? text : `${text}${decimal}${String(rest).padStart(2, "0")}`;
  };

  /** What a line adds: the product of its numbers, or its amount where nothing is multiplied. */
  const amount = (row) => {
    const reckoned = [...row.querySelectorAll("[data-computed]")].at(-1);  // operators.js has done it
    if (reckoned) return reckoned.dataset.value === "" ? null : BigInt(reckoned.dataset.value);
    const inputs = row.querySelectorAll("td input");
    if (!row.querySelector("[data-product]")) return cents(inputs[inputs.length - 1]?.value.trim() ?? "");
    let result = null;
    for (const input of inputs) {
      const value = cents(input.value.trim());
      if (value === null) return null;
      result = result === null ? value : (result * value) / 100n;
    }
    return result;
  };

  const count = (table) => {
    let subtotal = 0n, total = 0n, heading = null;
    const close = () => { if (heading) heading.textContent = written(subtotal); };
    for (const row of table.querySelectorAll("tbody tr")) {
      if (row.classList.contains("group")) {
        close();
        heading = row.querySelector("[data-subtotal]");
        subtotal = 0n;
        continue;
      }
      const cell = [...row.querySelectorAll("[data-product]")].at(-1);
      const value = amount(row);
      if (cell && !cell.dataset.computed) cell.textContent = value === null ? "" : written(value);
      subtotal += value ?? 0n;
      total += value ?? 0n;
    }
    close();
    const cells = table.querySelectorAll("tfoot [data-total]");
    if (cells.length === 1) cells[0].textContent = written(total);
  };

  const words = (note) => {
    const control = document.getElementById(note.dataset.wordsOf);
    if (!control) return;
    const tell = () => {
      const n = control.value.split(/\s+/).filter(Boolean).length;
      note.textContent = note.textContent.replace(/\d[\d.,\u202f]*\d|\d/, String(n));
    };
    control.addEventListener("input", tell);
  };

  window.ricomiFigures = { cents, written };

  for (const table of document.querySelectorAll("[data-form] table.budget")) {
    table.addEventListener("input", () => {
      count(table);
      // the difference between tables is the server's to say; what it said is no longer true
      document.querySelectorAll("tr.off").forEach((row) => { row.hidden = true; });
    });
  }
  document.querySelectorAll("[data-words-of]").forEach(words);
})();
