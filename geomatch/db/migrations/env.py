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
    # a table of which anything is still to be checked in the end cannot be altered after it was written into
    context.get_bind().exec_driver_sql("set constraints all immediate")
    context.run_migrations()
