"""Alembic's entry: runs on the connection that warehouse.schema hands over."""

from alembic import context

from warehouse.database import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
