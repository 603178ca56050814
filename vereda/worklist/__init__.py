"""What members should notice or do."""
