"""Pages of customers: accounts, people, relationships, notes, duplicates, fields.

The account's own page and the portfolio are the console's; these are the forms they lead to.
"""
