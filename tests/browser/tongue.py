"""A walk in one of two languages: in Spanish at a desk, in Portuguese on a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.support.looking import overflowing
from tests.support.site import Who
from tests.support.walking import Walker

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
WHY = {"es": "Falta el informe del banco.", "pt": "Falta o relatório do banco."}


@dataclass(frozen=True, slots=True)
class Tongue:
    """Walkers of one language on its device."""

    visitor: Callable[..., Walker]
    lang: str

    @property
    def other(self) -> Tongue:
        """The other side of the walk, who reads the other language."""
        return Tongue(self.visitor, "pt" if self.lang == "es" else "es")

    def enter(self, who: Who, path: str = "/work") -> Walker:
        """Somebody signed in, at a page."""
        size = DESK if self.lang == "es" else PHONE
        walker = self.visitor(self.lang, **size).enter(who)
        walker.visit(path)
        return walker

    def __call__(self, es: str, pt: str) -> str:
        """The words of the language."""
        return es if self.lang == "es" else pt

    def confirm(self, walker: Walker, act: str) -> None:
        """Press the button that confirms an act; the page keeps to the width of the device."""
        assert overflowing(walker.page) == []
        walker.press(f"Confirmar: {act[0].lower()}{act[1:]}")

    def act(self, walker: Walker, es: str, pt: str) -> None:
        """Follow an act that asks nothing, and confirm it."""
        walker.follow(self(es, pt))
        self.confirm(walker, self(es, pt))

    def give_reason(self, walker: Walker, act: str) -> None:
        """An act that needs a reason is told so before it is done with one."""
        walker.follow(act)
        self.confirm(walker, act)
        walker.sees(self("Falta la razón", "Falta a razão"))
        walker.page.locator("#reason").fill(WHY[self.lang])
        self.confirm(walker, act)

    def hand_in(self, walker: Walker, act: str) -> None:
        """Leave the form, and confirm what it is for."""
        assert overflowing(walker.page) == []
        walker.press(self("Guardar y revisar", "Salvar e revisar"))
        self.confirm(walker, act)

    def done(self, walker: Walker, es: str, pt: str) -> None:
        """Expect to be told that an act is done."""
        walker.sees(self(f"Hecho. {es}", f"Feito. {pt}"))
