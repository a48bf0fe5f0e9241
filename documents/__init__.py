"""Paper to words: unpack, render, text layer, OCR, marks. No medicine."""
