"""A city's rules as values, and what they say of one complaint."""
