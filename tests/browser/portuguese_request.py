"""The last sections of a request, filled in by clicking in Portuguese: when, and for how much."""

from __future__ import annotations

from tests.support.walking import Walker


def plans(walker: Walker) -> None:
    """One visit of half a year."""
    walker.fill({"Atividade, linha 1": "Visita", "Fase, linha 1": "Fase 1"})
    walker.fill({"Data de início": "1/2/2027", "Duração em meses": "6"})
    walker.press("Salvar e continuar")


def asks_for_money(walker: Walker) -> None:
    """Two tickets for 2,001 dollars of the member states, and the declaration."""
    walker.fill({"Item, linha 1.1": "Passagens", "Componente, linha 1.1": "Outras atividades"})
    walker.fill({"Tipo de gasto, linha 1.1": "Passagens", "Unidade do período, linha 1.1": "Meses"})
    walker.fill({"Quantidade, linha 1.1": "2", "Custo unitário, linha 1.1": "1.000,50"})
    walker.fill({"Períodos, linha 1.1": "1"})
    walker.fill({"Fonte, linha 1": "Estados membros", "Montante, linha 1": "2.001"})
    walker.press("Salvar e continuar")
    walker.tick("Declaro que os dados são verdadeiros", "Sim")
    walker.press("Salvar e revisar")
