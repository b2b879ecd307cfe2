"""The chat's pages, and the fragments that change them."""
