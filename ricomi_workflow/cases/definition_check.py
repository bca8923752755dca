"""Whether the definitions still hold the processes in which cases run: asked before serving."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.models import case
from ricomi_workflow.kernel.errors import DefinitionError, Mistake


def require_known_cases(services: Services) -> None:
    """Refuse to go on when cases stand in a process or a state that the definitions lack.

    A running case keeps the version with which it began: its file must still be there, unchanged.
    Raises `DefinitionError` with every such version.
    """
    statement = select(
        case.c.definition, case.c.definition_digest, case.c.state, func.count().label("cases")
    ).group_by(case.c.definition, case.c.definition_digest, case.c.state)
    with services.uow.read() as connection:
        rows = connection.execute(statement).all()
    mistakes = []
    astray: Counter[tuple[str, str, str]] = Counter()  # told once a file, not once a state
    for row in rows:
        process = services.processes.get(row.definition)
        file = f"workflows/{row.definition}.yaml"
        if process is None:
            astray[file, "nothing", "process"] += row.cases
        elif process.workflow.digest != row.definition_digest:
            astray[file, "another text", "text"] += row.cases
        elif row.state not in process.workflow.states:
            mistakes.append(Mistake(file, "states", "no " + row.state, f"it: {row.cases} cases"))
    mistakes += [
        Mistake(file, "file", found, f"the {what} with which cases began (cases: {cases})")
        for (file, found, what), cases in astray.items()
    ]
    if mistakes:
        raise DefinitionError(mistakes)
