"""What is typed about audiences: said (names, reasons, files), builder (the rows of a question)."""
