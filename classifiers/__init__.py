"""Page types, exam, priority: what a page or a phrase is."""
