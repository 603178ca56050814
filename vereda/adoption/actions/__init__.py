"""The only place where adoption writes."""
