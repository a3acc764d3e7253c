"""Work that others do for whoever has the complaint: parts, tasks by link, checks on the spot."""
