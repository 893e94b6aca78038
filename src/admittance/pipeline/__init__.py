"""Floor 3: the only composer. Steps of floor 2 take tables and give tables; this is where they meet each other and the lake.

What may enter: which step feeds which, what is redone and what is kept, and the reports of it. No rule, no threshold, no
wording of a result. Time and progress come in as arguments.

Nothing is gathered here: each command imports the step that it needs, and starts without the others.
"""
