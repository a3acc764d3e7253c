"""What a city decides, as data: its document's schema and checks, and the verbs that change it row by row."""
