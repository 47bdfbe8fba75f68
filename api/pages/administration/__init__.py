"""The pages of those who run the service; for everybody else they are not there."""

from api.pages.administration import (
    access,
    audiences,
    audit,
    looking,
    operation,
    people,
    receivers,
    sources,
    start,
    uploads,
)

ROUTERS = (
    start.router,
    uploads.router,
    people.router,
    access.router,
    audiences.router,
    sources.router,
    operation.router,
    receivers.router,
    audit.router,
    looking.router,
)
