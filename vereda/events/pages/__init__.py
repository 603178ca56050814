"""Pages of events.

live: what arrives. arrivals: what did not, and why. shown: what they share.
"""
