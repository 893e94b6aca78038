"""Floor 4: what people meet: the queries, the command line, the pages.

What may enter: a question asked of one snapshot (in `queries`, once), and ways to show the answer. Nothing here computes a
verdict, an episode or a corroboration, and no page or command reads a table by itself: both call the same queries. `cli` and
the modules of `commands` import heavy libraries inside their functions, so that `admittance --help` answers at once.
"""
