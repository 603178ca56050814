"""The commands of `vereda`, a module each: what it takes (`arguments`), what it does (`run`)."""
