"""What people write: how it is spelt, which words a city knows, and what in them nobody should read."""
