"""How work changes hands by more than one move."""
