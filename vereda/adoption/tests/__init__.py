"""Tests of this capability, a file per verb."""
