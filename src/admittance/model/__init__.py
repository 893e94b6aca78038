"""Floor 0: the nouns, as frozen typed structs with one Arrow schema each.

What may enter: a noun of the glossary, its closed vocabularies, its identifiers. Nothing here reads a file, a clock or a
network, and nothing here knows a rule.
"""
