"""Take in: files become objects, items, records and read pages."""
