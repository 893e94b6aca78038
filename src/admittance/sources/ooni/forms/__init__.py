"""Tests whose keys hold more than the shared arrays: a module per kind of test.

What may enter: the shape of a test's own keys, and which parts and outcomes they make. The shapes follow ooni/spec, nettests.
"""
