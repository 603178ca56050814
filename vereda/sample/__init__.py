"""A believable company and its customers, invented here, to try Vereda with.

Nouns:      World (everything invented), Truth (what really moved it, kept aside)
Verbs:      load_sample, remove_sample
Announces:  nothing of its own; the capabilities it tells announce their facts
Start at:   rules/world.py (what is invented and in what order), then actions.py
"""
