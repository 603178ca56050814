"""What a sent item must be to become an event: values in, values out."""
