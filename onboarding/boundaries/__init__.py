"""What ground a city has: as the catalogue has it, as a city brings it, and beside its neighbours."""
