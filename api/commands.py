"""Commands of the HTTP API: serve."""

import os

import click

from ingest.services import Site


@click.command("serve")
@click.option(
    "--host", default="127.0.0.1", help="Address to listen on; others than this machine need TLS before it."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, help="Port to listen on; 0: any free one."
)
@click.option("--workers", type=click.IntRange(1, 64), default=2, help="Web processes.")
@click.option(
    "--readers",
    type=click.IntRange(0, 64),
    default=os.cpu_count(),
    help="Processes that read (one a core); none where a broker calls workers.",
)
@click.pass_obj
def serve_command(site: Site, host: str, port: int, workers: int, readers: int) -> int:
    """Serve the HTTP API, and read what is queued. Ctrl-C: requests and jobs in hand are finished first."""
    from api.serving import listen, serve  # no other command needs what this imports

    with listen(host, port) as listener:
        return serve(site.services, listener, workers, readers, _tell)


def _tell(address: str) -> None:
    click.echo(f"Kho đang phục vụ tại / serving at: {address}")


COMMANDS = (serve_command,)
