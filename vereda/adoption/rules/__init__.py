"""Pure rules of adoption: curves, patterns of use, the point of an alarm, need."""
