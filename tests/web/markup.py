"""Reads rendered markup and says which relations of accessibility are broken in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"base", "input", "br", "img", "meta", "link", "hr", "rect", "circle", "path"}
CONTROLS = {"input", "select", "textarea"}


@dataclass
class Node:
    """One element with its attributes, its parent and the text in it."""

    tag: str
    attributes: dict[str, str]
    parent: "Node | None" = None
    text: str = ""
    children: "list[Node]" = field(default_factory=list)

    def above(self) -> "Iterator[Node]":
        """The elements around this one, inside out."""
        node = self.parent
        while node:
            yield node
            node = node.parent

    def whole_text(self) -> str:
        """Every text inside."""
        return " ".join([self.text, *(child.whole_text() for child in self.children)]).strip()


class Markup(HTMLParser):
    """A tree of elements, and the faults that a reader by ear would meet."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.all: list[Node] = []
        self._open: list[Node] = []
        self.feed(source)
        self.unclosed = [node.tag for node in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parent = self._open[-1] if self._open else None
        node = Node(tag, {name: value or "" for name, value in attrs}, parent)
        self.all.append(node)
        if parent:
            parent.children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open, f"</{tag}> closes nothing"
            assert self._open[-1].tag == tag, f"<{self._open[-1].tag}> is closed by </{tag}>"
            self._open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].text += data

    def find(self, tag: str, **attributes: str) -> list[Node]:
        """The elements called `tag` with these attributes (`_` stands for `-`)."""
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [
            n
            for n in self.all
            if n.tag == tag and all(n.attributes.get(k) == v for k, v in wanted.items())
        ]

    def faults(self) -> list[str]:
        """Broken relations: ids twice, targets missing, controls unnamed, groups without legend."""
        return [*self._ids(), *self._targets(), *self._names(), *self._groups(), *self._errors()]

    def _ids(self) -> Iterator[str]:
        ids = [n.attributes["id"] for n in self.all if "id" in n.attributes]
        yield from (f"id {i} twice" for i in sorted({i for i in ids if ids.count(i) > 1}))

    def _targets(self) -> Iterator[str]:
        ids = {n.attributes.get("id") for n in self.all}
        for node in self.all:
            for relation in ("aria-describedby", "aria-labelledby", "for"):
                for target in node.attributes.get(relation, "").split():
                    if target not in ids:
                        yield f"{relation} of {node.tag} names {target}, which is not there"
            href = node.attributes.get("href", "")
            if href.startswith("#") and len(href) > 1 and href[1:] not in ids:
                yield f"link to {href}, which is not there"

    def _names(self) -> Iterator[str]:
        labelled = {n.attributes.get("for") for n in self.find("label")}
        for node in self.all:
            if node.tag in CONTROLS and node.attributes.get("type") not in {"hidden", "submit"}:
                named = node.attributes.get("id") in labelled or node.attributes.get("aria-label")
                if not named:
                    yield f"{node.tag} {node.attributes.get('name')} has no name"
            if "placeholder" in node.attributes:
                yield f"{node.tag} {node.attributes.get('name')} has a placeholder"
            if {"style", "onclick"} & node.attributes.keys():
                yield f"{node.tag} has inline style or script"
            if "disabled" in node.attributes:
                yield f"{node.tag} is disabled"

    def _groups(self) -> Iterator[str]:
        for node in self.all:
            if node.tag == "fieldset" and not any(c.tag == "legend" for c in node.children):
                yield f"fieldset {node.attributes.get('id')} has no legend"
            grouped = any(n.tag == "fieldset" for n in node.above())
            if node.attributes.get("type") in {"radio", "checkbox"} and not grouped:
                yield f"{node.attributes.get('name')} stands in no fieldset"

    def _errors(self) -> Iterator[str]:
        described = " ".join(n.attributes.get("aria-describedby", "") for n in self.all).split()
        for node in self.all:
            own = node.attributes.get("id")
            if node.attributes.get("class") == "error" and own not in described:
                yield f"error {own} belongs to no control"
