"""The desk: the pages that intake staff work at."""
