"""What a person would trip over and axe does not see; each look answers one line a fault."""

from __future__ import annotations

from typing import Final, cast

from playwright.sync_api import Page

LEAST_TARGET_PX: Final = 24  # WCAG 2.2, 2.5.8
_OVERFLOWING = """() => {
  const wide = document.documentElement.clientWidth, root = document.scrollingElement;
  if (root.scrollWidth <= wide) return [];
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > wide + 1)
    .slice(0, 5)
    .map(e => `scrolls sideways: ${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 40)}`);
}"""
_SPILLING = """() => [...document.querySelectorAll('.page, .margin, .page > div, td, th, dd')]
  .filter(box => box.clientWidth > 1 && box.scrollWidth > box.clientWidth + 1
    && getComputedStyle(box).overflowX === 'visible' && !box.closest('.visually-hidden'))
  .map(box => `spills over its column: ${box.tagName} ${box.className} `
    + `${box.scrollWidth} > ${box.clientWidth} ${box.textContent.trim().slice(0, 40)}`)"""
_SMALL = """(least) => {
  const inSentence = (e) => e.tagName === 'A' && [...e.parentElement.childNodes]
    .some(n => n !== e && n.nodeType === 3 && n.textContent.trim().length > 1);
  const seen = (e) => {
    const b = e.getBoundingClientRect();
    return b.width > 1 && b.height > 1 && getComputedStyle(e).visibility !== 'hidden'
      && e.closest('.visually-hidden, .skip') === null;
  };
  const said = (e) => (e.textContent || e.name || e.getAttribute('aria-label') || '').trim();
  const box = (e) => (e.closest('label') ?? e).getBoundingClientRect();
  const kinds = 'a[href], button, input, select, textarea, summary';
  const targets = [...document.querySelectorAll(kinds)]
    .filter(e => e.type !== 'hidden' && seen(e) && !inSentence(e));
  const small = (e) => box(e).height < least || box(e).width < least;
  const leads = (e) => e.getAttribute('href');
  const elsewhere = new Set(targets.filter(e => !small(e)).map(leads).filter(Boolean));
  return targets.filter(e => small(e) && !elsewhere.has(leads(e)))
    .map(e => `small target: ${e.tagName} "${said(e).slice(0, 40)}" `
      + `${Math.round(box(e).width)} x ${Math.round(box(e).height)}`);
}"""
_RELATIONS = """async () => {
  // The browser moves the focus with the first frame that it draws.
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const faults = [], byId = (id) => document.getElementById(id);
  const described = new Set();
  for (const e of document.querySelectorAll('[aria-describedby]'))
    for (const id of e.getAttribute('aria-describedby').split(/\\s+/).filter(Boolean)) {
      described.add(id);
      if (!byId(id)?.textContent.trim()) faults.push(`described by nothing: ${e.id} -> ${id}`);
    }
  for (const e of document.querySelectorAll('p.error'))
    if (!described.has(e.id)) faults.push(`error tied to no control: ${e.textContent}`);
  for (const e of document.querySelectorAll('[aria-invalid="true"]')) {
    const group = e.closest('fieldset[aria-describedby]');
    if (!e.hasAttribute('aria-describedby') && !group)
      faults.push(`invalid without a sentence: ${e.id || e.name}`);
  }
  for (const e of document.querySelectorAll('input[type=radio], input[type=checkbox]'))
    if (!e.closest('fieldset')?.querySelector(':scope > legend')?.textContent.trim())
      faults.push(`choice in no named group: ${e.id}`);
  for (const a of document.querySelectorAll('.refusal a[href^="#"]'))
    if (!byId(a.hash.slice(1))) faults.push(`summary leads nowhere: ${a.hash}`);
  if (document.querySelector('[data-code=failure]')) faults.push('the page says it failed');
  if (document.querySelectorAll('h1').length !== 1) faults.push('not exactly one h1');
  const live = document.querySelector('.refusal[role=alert]');
  if (live && document.activeElement !== live) faults.push('the summary of errors is not focused');
  return faults;
}"""
_LANGUAGE = """(lang) => {
  const html = document.documentElement.lang;
  const faults = html === lang ? [] : [`the page says it is in ${html}`];
  for (const e of document.querySelectorAll('[lang]'))
    if (!['es', 'en', 'pt', 'fr'].includes(e.lang)) faults.push(`no such language: ${e.lang}`);
  return faults;
}"""

_ROWS = "() => [...document.querySelectorAll('tr')].filter(e => e.checkVisibility()).length"


def overflowing(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    return cast("list[str]", page.evaluate(_OVERFLOWING))


def spilling(page: Page) -> list[str]:
    """Columns and cells whose content is wider than they are."""
    return cast("list[str]", page.evaluate(_SPILLING))


def small_targets(page: Page) -> list[str]:
    """Controls that stand alone and are smaller than a fingertip's least."""
    return cast("list[str]", page.evaluate(_SMALL, LEAST_TARGET_PX))


def broken_relations(page: Page) -> list[str]:
    """Errors tied to nothing, groups without name, a summary that is not focused."""
    return cast("list[str]", page.evaluate(_RELATIONS))


def untagged_language(page: Page, lang: str) -> list[str]:
    """Languages of the page and of its fragments that are not said, or not ours."""
    return cast("list[str]", page.evaluate(_LANGUAGE, lang))


def unread_rows(page: Page) -> list[str]:
    """Rows, of a table however it is laid out, that the browser does not read aloud as rows."""
    read = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    rows = sum(each["role"]["value"] == "row" for each in read if not each["ignored"])
    seen = cast("int", page.evaluate(_ROWS))
    return [f"{seen} rows are seen, {rows} read"] if rows != seen else []


def look(page: Page) -> tuple[str, str]:
    """The colours of the page and of its text."""
    script = (
        "() => { const s = getComputedStyle(document.body); return [s.backgroundColor, s.color]; }"
    )
    paper, ink = cast("list[str]", page.evaluate(script))
    return paper, ink
