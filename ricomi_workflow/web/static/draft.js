/* Saves a field of a draft as it is typed, and tells what others do in the same draft. Everything
   works without this file: the Save button does the same for the whole page.

   What is not saved yet stays in this browser (localStorage, under the person, the case and the
   form) until the server has it: through a lost line, a failing server and an ended session. */
"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const words = JSON.parse(form.dataset.words);
  const seen = form.querySelector("[name=_seen]");
  const version = form.querySelector("[name=_form]").value;
  const token = form.querySelector("[name=csrf_token]").value;
  const status = form.querySelector("[data-status]");
  const present = document.querySelector("[data-present]");
  const PAUSE = 1200, AGAIN = 8000, KEPT_DAYS = 14;

  const marks = new Map((seen?.value ?? "").split(",").filter(Boolean).map((pair) => pair.split(":")));
  const dirty = new Map();     // field -> number of changes since it was last saved
  const unanswered = new Set(); // fields that were sent without an answer
  const asked = new Set();     // fields whose answer waits for the person's choice
  const met = new Map();       // field -> its texts when it was last changed
  const mistakes = new Map();  // field -> mistakes to show when the person leaves it
  const rested = [];           // what waits until no pointer is down
  let timer = 0, sending = null, stopped = false, edited = 0, waiting = false, leaving = false, pressed = false;

  const fieldOf = (control) => control?.name?.split(".")[0] ?? "";
  const controls = (field) => [...form.elements].filter(
    (each) => fieldOf(each) === field && each.type !== "file" && each.type !== "submit");
  const typed = (field) => [...new FormData(form)].filter(
    ([name, value]) => name.split(".")[0] === field && typeof value === "string");
  const box = (field) => controls(field)[0]?.closest(".field, fieldset.records, [data-table]");
  const tell = (text, kind = "") => { if (status) { status.textContent = text; status.dataset.kind = kind; } };

  // ---------- what is kept in this browser

  const kept = () => {
    try { return JSON.parse(localStorage.getItem(form.dataset.draft) ?? "{}"); } catch { return {}; }
  };
  const keep = (all) => {
    try {
      if (Object.keys(all).length) localStorage.setItem(form.dataset.draft, JSON.stringify(all));
      else localStorage.removeItem(form.dataset.draft);
    } catch { /* a full or forbidden store: the page itself still holds what was typed */ }
  };
  const remember = (field) => keep({ ...kept(), [field]: { texts: typed(field), mark: marks.get(field) ?? "", at: Date.now() } });
  const forget = (field) => { const all = kept(); delete all[field]; keep(all); };

  /** Put texts into the controls of a field; false when the page lacks a control for one of them. */
  const put = (field, texts) => {
    const own = controls(field);
    if (texts.some(([name]) => !own.some((each) => each.name === name))) return false;
    for (const each of own) {
      const values = texts.filter(([name]) => name === each.name).map(([, value]) => value);
      if (each.type === "checkbox" || each.type === "radio") each.checked = values.includes(each.value);
      else if (each.type !== "hidden") each.value = values[0] ?? "";
    }
    met.delete(field);
    form.dispatchEvent(new Event("answers"));  // what applies may be other than before
    return true;
  };

  // ---------- saving

  const writeSeen = () => { if (seen) seen.value = [...marks].map((pair) => pair.join(":")).join(","); };

  const send = async (field, texts) => {
    const body = new URLSearchParams(texts);
    body.set("_seen", `${field}:${marks.get(field) ?? ""}`);
    body.set("_form", version);
    if (unanswered.has(field)) body.set("_again", "1");
    unanswered.add(field);
    const answer = await fetch(form.dataset.fieldHref.replace("_field_", field), {
      method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "manual",
    });
    const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
    if (answer.type === "opaqueredirect" || [400, 401].includes(answer.status)) throw "ended";
    if (answer.status >= 500) throw "failed";
    if (!isJson) throw answer.status === 409 ? "ended" : "gone";
    unanswered.delete(field);
    return answer.json();
  };

  const saveOne = async (field) => {
    const number = dirty.get(field);
    tell(words.saving);
    const told = await send(field, typed(field));
    draw(told);
    if (told.saved) {
      marks.set(field, told.mark);
      if (dirty.get(field) === number) { dirty.delete(field); forget(field); }
      tell(dirty.size ? words.writing : told.words, dirty.size ? "" : "saved");
      judge(field, told.errors);
    } else {
      ask(field, told.taken);
    }
    writeSeen();
  };

  const saveAll = async () => {
    for (const field of [...dirty.keys()]) if (!asked.has(field)) await saveOne(field);
  };

  const plan = (pause) => { clearTimeout(timer); if (!stopped) timer = setTimeout(go, pause); };

  const go = () => {
    if (sending || stopped) return sending ?? Promise.resolve();
    sending = saveAll()
      .catch((reason) => {
        const kind = typeof reason === "string" ? reason : "offline";
        tell(words[kind], kind);
        if (kind === "ended") offerSignIn();
        if (kind === "ended" || kind === "gone") stopped = true;
        else plan(AGAIN);
      })
      .finally(() => {
        sending = null;
        if ([...dirty.keys()].some((field) => !asked.has(field)) && status?.dataset.kind === "") plan(PAUSE);
      });
    return sending;
  };

  const offerSignIn = () => {
    const link = document.createElement("a");
    link.href = location.pathname;  // whoever is not signed in is asked to, and led back here
    link.textContent = words.sign_in;
    status.append(" ", link);
  };

  // ---------- what the page shows

  const judge = (field, found) => {
    mistakes.set(field, found);
    if (!box(field)?.contains(document.activeElement)) show(field);
    else if (!found.length) clear(field);
  };
  const clear = (field) => {
    const place = box(field);
    place?.querySelectorAll("p.error").forEach((each) => each.remove());
    place?.classList.remove("wrong");
    controls(field).forEach((each) => each.removeAttribute("aria-invalid"));
  };
  const show = (field) => {
    clear(field);
    for (const { id, text } of mistakes.get(field) ?? []) {
      const control = document.getElementById(id) ?? controls(field)[0];
      const note = document.createElement("p");
      note.className = "error";
      note.id = `${id}-error`;
      note.textContent = text;
      const place = control?.closest("tr")?.querySelector(".line-words") ?? control?.parentElement;
      place?.prepend(note);
      if (control?.matches("input, textarea, select")) {
        control.setAttribute("aria-invalid", "true");
        const ids = new Set((control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
        control.setAttribute("aria-describedby", [...ids.add(note.id)].join(" "));
      }
      box(field)?.classList.add("wrong");
    }
    mistakes.delete(field);
  };
  const draw = (told) => {
    for (const { name, state, note } of told.sections ?? []) {
      const item = document.querySelector(`[data-section="${name}"]`);
      if (!item) continue;
      item.className = state === "open" ? "" : state;
      item.querySelector("span").textContent = note;
    }
    if (told.present && present) {
      const lines = told.present.map((text) => Object.assign(document.createElement("p"), { textContent: text }));
      if (lines.map((p) => p.textContent).join() !== [...present.children].map((p) => p.textContent).join()) present.replaceChildren(...lines);
    }
  };

  /** Somebody else saved this field: show both answers and let the person choose. */
  const ask = (field, theirs) => {
    asked.add(field);
    remember(field);
    form.querySelector(`[data-taken="${field}"]`)?.remove();
    const note = document.createElement("div");
    note.className = "notice";
    note.dataset.taken = field;
    note.setAttribute("role", "alert");
    const says = Object.assign(document.createElement("p"), { textContent: `${words.theirs} ` });
    const who = Object.assign(document.createElement("span"), { className: "soft small", textContent: theirs.who });
    const quote = Object.assign(document.createElement("blockquote"), { className: "pre", textContent: theirs.text || "–" });
    const choose = document.createElement("p");
    choose.className = "buttons";
    choose.append(
      button(words.keep_mine, () => { marks.set(field, keepingMine(field, theirs)); settle(field, note); plan(0); }),
      button(words.take_theirs, () => adopt(field, theirs, note)));
    says.append(who);
    note.append(says, quote, choose);
    box(field)?.before(note);
    tell(words.theirs, "taken");
  };
  const button = (text, act) => {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet", textContent: text });
    made.addEventListener("click", act);
    return made;
  };
  /** Begun with this, shown that: one's own is to stand where both changed the same. */
  const keepingMine = (field, theirs) => `${(marks.get(field) ?? "").split("!")[0]}!${theirs.mark}`;
  /** Who saved what now stands here; not as long as something of one's own is not saved. */
  const tellTheirs = (theirs) => { if (!dirty.size) tell(theirs.who, "saved"); };
  const settle = (field, note) => { asked.delete(field); note?.remove(); };
  const adopt = (field, theirs, note) => {
    settle(field, note);
    dirty.delete(field);
    forget(field);
    if (!put(field, Object.entries(theirs.inputs).flatMap(([name, texts]) => texts.map((text) => [name, text])))) {
      go().then(() => location.reload());
      return;
    }
    marks.set(field, theirs.mark);
    writeSeen();
    tellTheirs(theirs);
  };

  // ---------- the others

  const beat = async () => {
    if (stopped || document.hidden) return;
    const body = new URLSearchParams({ _seen: [...marks].map((pair) => pair.join(":")).join(","), _form: version });
    if (Date.now() - edited < 2 * form.dataset.beat * 1000) body.set("editing", "1");
    try {
      const answer = await fetch(form.dataset.beatHref, {
        method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "manual" });
      if (!answer.ok || !(answer.headers.get("Content-Type") ?? "").includes("json")) return;
      const told = await answer.json();
      draw(told);
      for (const [field, theirs] of Object.entries(told.changed)) {
        if (!dirty.has(field) && !sending && !box(field)?.contains(document.activeElement)) follow(field, theirs);
      }
    } catch { /* no line: the next beat tries again */ }
  };
  const follow = (field, theirs) => {
    if (marks.get(field) === theirs.mark || marks.get(field)?.includes("!")) return;
    const texts = Object.entries(theirs.inputs).flatMap(([name, all]) => all.map((text) => [name, text]));
    if (put(field, texts)) { marks.set(field, theirs.mark); writeSeen(); tellTheirs(theirs); return; }
    if (form.querySelector(`[data-taken="${field}"]`)) return;
    const note = document.createElement("div");
    note.className = "notice";
    note.dataset.taken = field;
    note.append(Object.assign(document.createElement("p"), { textContent: `${theirs.who} ` }), button(words.reload, () => location.reload()));
    box(field)?.before(note);
  };

  // ---------- the person

  /** A note that comes while a button is held down would move it away from under the pointer. */
  const atRest = (act) => { if (pressed) rested.push(act); else setTimeout(act); };
  const release = () => { pressed = false; rested.splice(0).forEach((act) => setTimeout(act)); };
  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const end of ["pointerup", "pointercancel", "dragend"]) document.addEventListener(end, release, true);

  const touched = (control) => {
    const field = fieldOf(control);
    if (!field || field.startsWith("_") || !marks.has(field) || control.type === "file") return;
    const texts = JSON.stringify(typed(field));
    if (met.get(field) === texts) return;  // a browser tells of the same change again when a field is left
    met.set(field, texts);
    const first = !edited || Date.now() - edited > form.dataset.beat * 1000;
    edited = Date.now();
    dirty.set(field, (dirty.get(field) ?? 0) + 1);
    remember(field);
    if (!stopped) { tell(words.writing); plan(PAUSE); }
    if (first) beat();
  };
  form.addEventListener("input", (event) => touched(event.target));
  form.addEventListener("change", (event) => touched(event.target));
  /** What is chosen is not sent with the rest: only the Save button sends it. */
  const unsent = (control) => {
    if (!control.files.length) return;
    const note = Object.assign(document.createElement("p"), { className: "small ocre", id: `${control.id}-unsent`, textContent: words.unsent });
    note.setAttribute("role", "status");
    control.after(note);
  };
  /** A file that is too large is told at once: over a slow line its refusal would come late. */
  const weigh = (control) => {
    const large = [...control.files].filter((file) => file.size > Number(form.dataset.maxFile));
    ["large", "unsent"].forEach((kind) => document.getElementById(`${control.id}-${kind}`)?.remove());
    if (!large.length) { control.removeAttribute("aria-invalid"); unsent(control); return; }
    const note = Object.assign(document.createElement("p"), {
      className: "error", id: `${control.id}-large`, textContent: `${large.map((file) => file.name).join(", ")}: ${words.too_large}` });
    note.setAttribute("role", "alert");
    control.before(note);
    control.value = "";
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby") ?? ""} ${note.id}`.trim());
  };
  form.addEventListener("change", (event) => { if (event.target.type === "file") weigh(event.target); });
  form.addEventListener("focusout", (event) => {
    const field = fieldOf(event.target);
    if (mistakes.has(field)) atRest(() => { if (mistakes.has(field) && !box(field)?.contains(document.activeElement)) show(field); });
  });
  /** What is typed is saved first, so that nobody meets oneself and nothing stays in this browser. */
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (leaving || stopped || !(sending || dirty.size)) return;
    event.preventDefault();
    if (waiting) return;  // pressed twice
    waiting = true;
    const { submitter } = event;
    const leave = () => {
      waiting = false;
      if (status?.dataset.kind === "offline") return;  // without a line the page stays, and says so
      clearTimeout(timer);
      leaving = true;
      form.requestSubmit(submitter);
    };
    Promise.resolve(sending).then(go).then(() => setTimeout(leave));  // no form is sent while its sending is judged
  });
  window.addEventListener("pageshow", () => { leaving = waiting = false; });
  window.addEventListener("online", () => { if (dirty.size) plan(0); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && dirty.size) go(); });
  setInterval(beat, form.dataset.beat * 1000);

  // ---------- what this browser kept from before

  const restore = async () => {
    const all = kept();
    for (const [field, { texts, mark, at }] of Object.entries(all)) {
      if (Date.now() - at > KEPT_DAYS * 86400e3) { forget(field); continue; }
      if (!marks.has(field)) continue;  // of another section: it waits there
      if (JSON.stringify(typed(field)) === JSON.stringify(texts)) { forget(field); continue; }
      marks.set(field, mark);
      if (put(field, texts)) {
        dirty.set(field, 1);
        tell(words.restored, "");
      } else {
        const told = await send(field, texts).catch(() => null);  // rows for which this page has no line
        if (told?.saved) { forget(field); location.reload(); return; }
        if (told) ask(field, told.taken);
      }
    }
    if (dirty.size) plan(PAUSE);
  };
  restore();
})();
