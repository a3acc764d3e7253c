"""A city takes everything of itself along, comes back from it, or goes."""
