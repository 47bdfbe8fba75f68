"""The server for assistants."""

from typing import TextIO

import click

from api.cli import opened


@click.command("mcp")
@click.option("--url", help="Address of the service.  [default: KB_ADDRESS]")
@click.option(
    "--token-file", type=click.File(), required=True, help="File with a token of who asks."
)
def mcp(url: str | None, token_file: TextIO) -> None:
    """Serve assistants over standard input and output (Model Context Protocol).

    They see what the owner of the token sees; a token with the scope `read` is enough.
    """
    import httpx2  # noqa: PLC0415  takes a second to load: not for every command

    from api import mcp_server  # noqa: PLC0415  the same

    headers = {"Authorization": f"Bearer {token_file.read().strip()}"}
    address = (url or opened.settings().address).rstrip("/")
    with httpx2.Client(base_url=address, headers=headers, timeout=60) as client:
        mcp_server.build(client).run("stdio")
