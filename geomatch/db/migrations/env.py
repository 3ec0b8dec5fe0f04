"""Alembic's door: runs the migrations on the connection that ``geomatch.db.migrate`` hands over."""

from alembic import context

from geomatch.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_schemas=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
