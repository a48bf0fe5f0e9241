"""Sheets drawn at random whose marks are known, to train and to measure `documents.marks`."""
