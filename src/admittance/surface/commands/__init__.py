"""The commands, one module for each kind of work.

What may enter: options, a call of one query or of one pipeline step, and printing. Heavy libraries are imported inside
functions.
"""
