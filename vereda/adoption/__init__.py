"""What events tell about the way from the purchase to regular use.

Nouns: Purchase (what an account bought and since when), UseExpectation (what a first use is, and
how often is regular), Adoption (how far an account is with a product or feature), DurationTable
(how long it took people, put together), curves and points of alarm (rules).
Verbs: note a purchase; expect a first use; measure adoption; warn of what was sold and never used.
Announces: FirstUseSeen, FirstUseCompleted, RegularUseBegan, SoldNeverUsed.
Start reading at rules/patterns.py, then queries/milestones.py.
"""
