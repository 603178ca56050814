"""What an audience may ask about accounts and people: offered (all of it, start here), fields
(what lists filter by), standing (stage, health, people), told (values as sentences).
"""
