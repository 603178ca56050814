"""How the invented company and its customers behave; values in, values out.

Start at world.py. Every module takes a `random.Random` and never reads a clock,
so one seed and one day always give one world.
"""
