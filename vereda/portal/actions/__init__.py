"""Telling the portal: `links` lets people in, more beside it."""
