"""Pure decisions about tickets: values in, values out.

tickets (what makes sense of one, how long somebody waited), hours (business time), clocks (how a
promised time stands), history (what a ticket's history must say), policies (which promise counts).
"""
