"""The pages of those who run the service; for everybody else they are not there."""

from api.pages.administration import looking, people, start

ROUTERS = (start.router, people.router, looking.router)
