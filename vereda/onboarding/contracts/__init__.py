"""The words others may use about onboarding.

templates (what a checklist of six sets is made of), plans (a customer on their way), facts (what
onboarding announces). Begin with templates.
"""
