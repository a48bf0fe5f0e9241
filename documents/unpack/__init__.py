"""Files to sheets: one module a container, none of them knows what stands on a page."""
