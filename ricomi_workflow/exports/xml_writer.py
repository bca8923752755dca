"""XML that is written element by element, with what people wrote as its narratives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What no XML document may hold: https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add_element(
    node: Element, tag: str, attributes: Mapping[str, str] | None = None, /, **more: str
) -> Element:
    """A new child of `node`."""
    return SubElement(node, tag, {**(attributes or {}), **more})


def add_narratives(node: Element, texts: Mapping[str, str]) -> None:
    """Add a narrative for each language; the language "" is that of the activity."""
    for lang, text in texts.items():
        told = SubElement(node, "narrative", {LANG: lang} if lang else {})
        told.text = strip_forbidden(text)


def serialize(node: Element) -> str:
    """The element as a line of a file."""
    return tostring(node, encoding="unicode") + "\n"


def add_text(
    node: Element, tag: str, text: str, attributes: Mapping[str, str] | None = None, /
) -> Element:
    """A new child that says what people or we wrote, without what XML forbids."""
    told = SubElement(node, tag, dict(attributes or {}))
    told.text = strip_forbidden(text)
    return told


def strip_forbidden(text: str) -> str:
    """The text without what XML forbids."""
    return _FORBIDDEN.sub("", text)
