"""What a web process tells its open pages of a document: one reader for all of them."""
