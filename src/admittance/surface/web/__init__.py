"""Pages drawn on the server: HTML and SVG without scripts, from the queries, each answer from one version of the lake.

What may enter: a page with its template, and drawing. A page reads nothing but `queries`, asks nothing of another host, and
says `simulated` wherever the lake is.
"""

from admittance.surface.web.app import create_app
from admittance.surface.web.server import serve

__all__ = ["create_app", "serve"]
