"""Many reports of one thing."""
