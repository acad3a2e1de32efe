"""Schema versions, oldest first; run by warehouse.schema."""
