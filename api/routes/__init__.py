"""Routes of the JSON interface.

Each router states its whole path: logs and metrics name a route by it.
"""

PREFIX = "/api/v1"
"""Where this version of the interface begins."""
