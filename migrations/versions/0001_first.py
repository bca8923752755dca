"""Create everything that release 0.1.0 stores: tables, constraints, indexes, triggers.

Revision: 0001. `first/` holds the statements of each database, one file a slice, in the order in
which slices refer to each other. They are kept as SQL so that later changes of the code cannot
change this revision. A statement ends with a semicolon before an empty line.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind().execution_options(no_parameters=True)
    pattern = f"*.{connection.dialect.name}.sql"
    for file in sorted((Path(__file__).parent / "first").glob(pattern)):
        for statement in file.read_text(encoding="utf-8").split(";\n\n"):
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    raise RuntimeError("before the first revision there was nothing")
