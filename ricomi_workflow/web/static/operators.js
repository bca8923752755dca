/* Shows and hides fields as one types, tells what is required, recomputes. Everything works without
   this file: the server judges the same conditions at each saving and hides what does not apply.

   Conditions are judged in three values, yes, no and unknown, as definitions/conditions.py does. A
   fact about a field that is not on this page keeps the answer that the server gave. */
"use strict";

(() => {
  const form = document.querySelector("form[data-form]");
  if (!form?.querySelector("[data-when], [data-required], [data-computed]")) return;
  const { cents, written } = window.ricomiFigures;
  const lang = document.documentElement.lang;
  const HIDDEN = Symbol("hidden"), EMPTY = Symbol("empty"), WRONG = Symbol("wrong");
  const NUMBERS = ["money", "percentage", "integer", "table", "files"];

  // ---------- what stands in a field

  const named = (name) => [...form.elements].filter((each) => each.name === name && each.tagName !== "OUTPUT");
  const starting = (start) => [...form.elements].filter((each) => each.name?.startsWith(start));
  const isOff = (each) => each.closest("[data-when][hidden]") !== null;

  const figure = (text) => {
    const minus = /^[-\u2212]/.test(text);
    const found = cents(minus ? text.slice(1) : text);
    return found === null ? WRONG : minus ? -found : found;
  };
  const wholeNumber = (text) => {
    const found = figure(text);
    return found === WRONG || found % 100n ? WRONG : found / 100n;
  };
  const day = (text) => {
    const found = /^(\d{1,2})[ ./-](\d{1,2})[ ./-](\d{4})$/.exec(text);
    const iso = found ? `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}` : text;
    const read = new Date(`${iso}T00:00:00Z`);
    return /^\d{4}-\d\d-\d\d$/.test(iso) && !isNaN(read) && read.toISOString().startsWith(iso) ? iso : WRONG;
  };
  const READ = {
    money: figure, percentage: (text) => figure(text.replace(/[\s\u00a0\u202f]*%$/, "")),
    integer: wholeNumber, date: day,
  };

  const rowsOf = (table) => {
    const filled = starting(`${table}.`).filter((each) => each.value.trim());
    return new Set(filled.map((each) => each.name.split(".")[1]));
  };
  const sumOf = (table, column, type) => {
    const prefix = new RegExp(`^${table}\\.\\d+\\.${column}$`);
    const cells = [...form.querySelectorAll("[name], [data-name]")]
      .map((each) => each.name || each.dataset.name).filter((name) => prefix.test(name));
    return cells.map((name) => standing(name, type)).filter((value) => typeof value === "bigint")
      .reduce((sum, value) => sum + value, 0n);
  };

  /** What stands in the field of exactly this name; undefined when it is not on the page. */
  const standing = (name, type) => {
    const computed = form.querySelector(`[data-name="${name}"]`);
    if (computed) {
      if (isOff(computed)) return HIDDEN;
      return computed.dataset.value === "" ? EMPTY : BigInt(computed.dataset.value);
    }
    const localized = type.startsWith("localized");
    const own = localized ? starting(`${name}.`) : named(name);
    if (!own.length) return undefined;
    if (isOff(own[0])) return HIDDEN;
    if (type === "choices" || type === "countries") {
      const chosen = own.filter((each) => each.checked).map((each) => each.value);
      return chosen.length ? new Set(chosen) : EMPTY;
    }
    if (type === "files") return BigInt(own.length);
    const radio = own[0].type === "radio";
    const texts = own.filter((each) => !radio || each.checked).map((each) => each.value.trim());
    const text = texts.filter(Boolean)[0] ?? "";
    return text ? (READ[type] ?? String)(text) : EMPTY;
  };

  /** The same for a name in a condition: a column of the row first, then a field of the form. */
  const read = (name, row, type) => {
    const [own, column] = name.split(".");
    const table = form.querySelector(`[data-table="${own}"]`);
    if (column || table) {
      if (!table) return undefined;
      if (isOff(table)) return HIDDEN;
      if (column) return rowsOf(own).size ? sumOf(own, column, type) : EMPTY;
      return rowsOf(own).size ? BigInt(rowsOf(own).size) : EMPTY;
    }
    const inRow = row ? standing(`${row}.${own}`, type) : undefined;
    return inRow === undefined ? standing(own, type) : inRow;
  };

  // ---------- conditions

  const negated = (answer) => ({ yes: "no", no: "yes" })[answer] ?? "unknown";
  const every = (answers) => answers.includes("no") ? "no" : answers.includes("unknown") ? "unknown" : "yes";

  const ORDER = {
    less: (a, b) => a < b, at_most: (a, b) => a <= b, more: (a, b) => a > b, at_least: (a, b) => a >= b,
    contains: (a, b) => a.has(b), equals: (a, b) => a === b, in: (a, b) => a === b,
  };

  const COMPARING = ["less", "at_most", "more", "at_least"];

  const fact = (tree, row, settled) => {
    const found = read(tree.f, row, tree.t);
    if (found === undefined) return tree.now;
    const counts = found instanceof Set && COMPARING.includes(tree.op);  // how many are chosen
    const left = counts ? BigInt(found.size) : found;
    if (tree.op === "filled") {
      const filled = left === HIDDEN || (left === EMPTY && settled) ? "no"
        : left === EMPTY || left === WRONG ? "unknown" : "yes";
      return tree.v[0] === "no" ? negated(filled) : filled;
    }
    const number = counts || NUMBERS.includes(tree.t);
    const rights = tree.o ? [read(tree.o, row, tree.t)] : tree.v.map((v) => v === "" ? WRONG : number ? BigInt(v) : v);
    if (rights.includes(undefined)) return tree.now;
    if (left === HIDDEN || rights.includes(HIDDEN)) return "no";
    if (left === EMPTY || left === WRONG) return "unknown";
    const answers = rights.map((right) => right === EMPTY || right === WRONG ? "unknown"
      : ORDER[tree.op](left, right) ? "yes" : "no");
    return negated(every(answers.map(negated)));
  };

  const judge = (tree, row, settled = false) => {
    if (tree.all) return every(tree.all.map((part) => judge(part, row, settled)));
    if (tree.any) return negated(every(tree.any.map((part) => negated(judge(part, row, settled)))));
    if (tree.not) return negated(judge(tree.not, row, settled));
    return fact(tree, row, settled);
  };

  // ---------- what is computed

  const halfUp = (over, under) => {
    const minus = (over < 0n) !== (under < 0n);
    const [a, b] = [over < 0n ? -over : over, under < 0n ? -under : under];
    const whole = (2n * a + b) / (2n * b);
    return minus ? -whole : whole;
  };
  const DAY = 86400e3;
  const months = (from, to) => {
    if (to < from) return -months(to, from);
    const [a, b] = [from, to].map((text) => text.split("-").map(Number));
    return (b[0] - a[0]) * 12 + b[1] - a[1] - (b[2] < a[2] ? 1 : 0);
  };
  const WAYS = {
    sum: ({ values }) => values.reduce((sum, value) => sum + (value ?? 0n), 0n),
    difference: ({ values: [a, b] }) => (a ?? 0n) - (b ?? 0n),
    product: ({ values, kinds, type }) => {
      const amounts = values.filter((_, n) => kinds[n] === "money");
      if (amounts.length > 1 && amounts.filter((value) => value !== null).length !== 1) return null;
      let over = 1n, under = 1n;
      values.forEach((value, n) => {
        if (value === null) return;
        over *= value;
        if (kinds[n] === "percentage") under *= 10000n;
      });
      if (type === "money" && !values.some((value, n) => value !== null && kinds[n] === "money")) over *= 100n;
      if (type === "percentage") over *= 10000n;
      return halfUp(over, under);
    },
    percentage: ({ values: [part, whole] }) => part === null || !whole ? null : halfUp(part * 10000n, whole),
    count: ({ values: [rows] }) => rows ?? 0n,
    days: ({ values: [a, b] }) => a && b ? BigInt(Math.round((new Date(b) - new Date(a)) / DAY)) : null,
    months: ({ values: [a, b] }) => a && b ? BigInt(months(a, b)) : null,
    rate: ({ values: [place, on], rates }) => {
      const found = on && (rates?.[place] ?? []).find(([since, until]) => since <= on && on <= until);
      return found ? BigInt(found[2]) : null;
    },
  };

  /** The value of a computed field; undefined when an operand is not on this page. */
  const reckoned = (tree, row, tables) => {
    const values = [];
    for (const { f, t, free } of tree.of) {
      const value = read(f, row, t);
      if (value === undefined) return undefined;
      if (value === WRONG || (value === EMPTY && !free && t !== "table" && !f.includes("."))) return null;
      values.push(value === EMPTY || value === HIDDEN ? null : value);
    }
    return WAYS[tree.how]({ values, kinds: tree.of.map(({ t }) => t), type: tree.t, rates: tables?.[tree.table] });
  };

  const GAP = { es: "\u00a0", fr: "\u202f" };
  const plain = (value) => value < 0n ? `\u2212${written(-value)}` : written(value);
  const shown = (place, type, value) => {
    if (type === "integer") return plain(value * 100n);
    if (type === "percentage") return `${plain(value).replace(/([.,]\d)0$/, "$1")}${GAP[lang] ?? ""}%`;
    if (place.tagName !== "OUTPUT") return plain(value);
    return lang === "fr" ? `${plain(value)}\u00a0$\u00a0US` : `US$\u00a0${plain(value)}`;
  };

  const parsed = (place, key) => JSON.parse(place.dataset[key]);

  /** One round over the page; whether anything changed that others may depend on. */
  const round = () => {
    let changed = false;
    for (const place of form.querySelectorAll("[data-computed]")) {
      const tree = parsed(place, "computed");
      const known = tree.table ? place.closest("[data-rates]") : null;
      const value = reckoned(tree, place.dataset.row, known && parsed(known, "rates"));
      if (value === undefined || place.dataset.value === String(value ?? "")) continue;
      place.dataset.value = String(value ?? "");
      place.textContent = value === null ? place.dataset.none ?? "" : shown(place, tree.t, value);
      changed = true;
    }
    for (const place of form.querySelectorAll("[data-when]")) {
      const off = judge(parsed(place, "when"), place.dataset.row) === "no";
      changed ||= place.hidden !== off;
      place.hidden = off;
    }
    return changed;
  };

  const update = () => {
    for (let rounds = 0; rounds < 12 && round(); rounds += 1);
    for (const mark of form.querySelectorAll("[data-required]")) {
      mark.hidden = judge(parsed(mark, "required"), mark.dataset.row, true) === "yes";
    }
    form.querySelectorAll("[data-copied]").forEach(forgetCopy);
  };

  /** A first answer that was changed is no longer a copy. */
  const typedNow = (name) => JSON.stringify([...new FormData(form)].filter(([own]) => own === name || own.startsWith(`${name}.`)));
  const copies = new Map([...form.querySelectorAll("[data-copied]")].map((each) => [each.dataset.copied, typedNow(each.dataset.copied)]));
  const forgetCopy = (note) => { note.hidden = typedNow(note.dataset.copied) !== copies.get(note.dataset.copied); };

  form.addEventListener("input", update, true);  // before the totals of form.js
  form.addEventListener("change", update, true);
  form.addEventListener("answers", update);  // draft.js put some in
  update();
})();
