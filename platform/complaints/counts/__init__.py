"""What a city's figures are made of."""
