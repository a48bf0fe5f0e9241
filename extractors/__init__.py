"""Pages to findings to fields with confidence; one field family a file."""
