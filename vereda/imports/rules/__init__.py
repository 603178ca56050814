"""Pure decisions: formats from samples, values from cells, fields for columns, mapping files."""
