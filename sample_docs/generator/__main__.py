"""`python -m sample_docs.generator`."""

from sample_docs.generator.make import main

main()
