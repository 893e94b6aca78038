"""`admittance serve`: the pages, on this machine."""

from __future__ import annotations

import click

from admittance.surface.commands.console import Settings, note, open_snapshot, say_origin

__all__ = ["host_option", "port_option", "serve", "serve_lake"]

host_option = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
port_option = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")


@click.command(
    short_help="The lake as pages.",
    epilog="""\b
Examples:
  admittance serve
  admittance --lake /data/lake serve --host 0.0.0.0 --port 80
""",
)
@host_option
@port_option
@click.pass_obj
def serve(settings: Settings, host: str, port: int) -> None:
    """Serve the lake as pages, until interrupted. What is ingested meanwhile shows at the next request."""
    say_origin(open_snapshot(settings).origin, as_json=True)
    serve_lake(settings.place, host, port)


def serve_lake(place: str, host: str, port: int) -> None:
    """Serve until interrupted, saying where."""
    from admittance.surface.web import serve as serve_pages

    shown = f"[{host}]" if ":" in host else host
    note(f"Serving {place} on http://{shown}:{port}/ (Ctrl-C stops)")
    serve_pages(place, host=host, port=port)
    note("Stopped.")
