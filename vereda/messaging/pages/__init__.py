"""The pages of messaging: `letters`, `people`, `inbound`, `settings`; `wishes` without sign-in."""
