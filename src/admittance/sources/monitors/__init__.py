"""What other monitors publish. What may enter: their tables, one reader for each publisher's form, and what their dates mean.

GreatFire's lists of URLs and keywords, gfwlist's dated changes, and GFW Report's spans and daily counts. What comes out is
testimony, never an observation: nobody here looked.
"""

from admittance.sources.monitors.reader import MONITORS

__all__ = ["MONITORS"]
