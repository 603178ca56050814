"""Pure decisions about work: what comes first, when something is due, what stays quiet."""
