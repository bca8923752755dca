"""Alembic's environment: runs revisions on the connection, and in the transaction, it is given.

It is only used through `ricomi_workflow.db.schema_upgrade`; logging is left to the application.
"""

from alembic import context

from ricomi_workflow.db.schema import metadata
from ricomi_workflow.db.schema_upgrade import is_ours

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_object=is_ours,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
context.run_migrations()
