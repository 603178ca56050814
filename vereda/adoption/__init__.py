"""What events tell about the way from the purchase to regular use.

Nouns: Purchase (what an account bought and since when), FirstUse, Cadence, Curve.
Verbs: measure adoption; warn of what was sold and never used.
"""
