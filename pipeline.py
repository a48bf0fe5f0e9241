"""From the bytes of a document to its referral: the whole way, as plain Python.

Reading (`documents`), page types and orders (`classifiers`), values with their
evidence (`extractors`), and the checks and the route (`orders`) meet here and
nowhere else.
"""
