"""Where a page may lead."""


def own_path(to: str) -> str:
    """`to` if it leads to a page of ours, else the first page: a link must not lead away."""
    outside = not to.startswith("/") or to.startswith(("//", "/\\"))
    return "/" if outside or any(ord(sign) < ord(" ") for sign in to) else to
