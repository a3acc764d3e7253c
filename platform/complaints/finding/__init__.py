"""Looking for complaints: by words, by number, on the map, in lists of one's own."""
