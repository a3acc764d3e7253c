"""What photos are, say of themselves and where they lie."""
