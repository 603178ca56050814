"""The pages of the portal: `door` (coming in and leaving), more beside it."""
