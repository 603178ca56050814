"""Telling the portal: `links` lets people in and out, `forgetting` lets go of who came in."""
