"""Foundation: what every capability stands on; it knows no business words.

scoping (whose rows), access (who may open a page), facts (news that travels upward),
clock, ids, errors, pages (how to answer), tasks, personal_data, timeline, importing.
Start reading at scoping.py and access.py.
"""
