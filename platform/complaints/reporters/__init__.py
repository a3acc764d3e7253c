"""What a report stays to whoever made it: to change, to answer, to send again, to have erased."""
