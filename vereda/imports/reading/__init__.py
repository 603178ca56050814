"""From bytes to rows of text, streaming: encodings, delimited text, sheets. No Django."""
