"""Product: what the workspace sells, and what counts as using it.

Nouns     Product, Feature (with the event names that mean "used"), Step (an anchored place in it).
Verbs     add, edit, archive; name events; place steps; export and import the catalogue as TOML.
Announces CatalogueChanged.
Start reading at actions.py; catalogue.py is the file format.
"""
