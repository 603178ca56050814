"""Real tracking SDKs, over HTTP, through a line that drops answers."""
