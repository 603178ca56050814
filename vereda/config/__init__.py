"""Settings, root URLs, wiring and the command line: the only package that knows everybody."""
