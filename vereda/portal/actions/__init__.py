"""Telling the portal: `links` lets people in and out, `inviting` shows them the way, `forgetting`
lets go of who came in."""
