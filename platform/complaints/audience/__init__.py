"""Who hears of what, by which way, and how they end it."""
