"""Telling the portal: `links` lets people in and out, `inviting` shows them the way, `telling`
writes about what waits, `answers` takes what they answer, `forgetting` lets go of who came in."""
