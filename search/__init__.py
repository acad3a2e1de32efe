"""Find: queries, documents and the index."""
