"""What the operators see and do."""
