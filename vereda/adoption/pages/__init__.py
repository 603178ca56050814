"""Pages of adoption: reports, the account's adoption, what is expected of products."""
