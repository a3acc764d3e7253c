"""What keeps reporters and the platform from harm: limits, blocks, and what follows a breach of data."""
