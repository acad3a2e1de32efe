"""Keep: the database, the object store, the rules of a record's life."""
