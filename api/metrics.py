"""What Prometheus reads: requests as they happen, and the state of work when it asks."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from api.wiring import Services
from kb import documents, jobs

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Other words in the place of a method are counted as one: strangers choose them."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10)
"""Seconds; 0.2 is what a search may take."""


class Metrics:
    """The figures of one application."""

    def __init__(self, services: Services) -> None:
        """Begin to count at zero."""
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "kb_requests", "Answers", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "kb_request_seconds",
            "Time until the answer was sent",
            ("method", "route"),
            registry=self.registry,
            buckets=BUCKETS,
        )
        self.registry.register(_Standing(services))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer of the route with this template."""
        method = method if method in METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry)


class _Standing(Collector):
    """Figures that are asked for, not counted: what waits, what failed, how far the index is."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name the figures without asking the database."""
        yield from ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Ask the database; if it does not answer, these figures are missing."""
        try:
            with self._services.database.read() as session:
                waiting = jobs.counts(session)
                found = documents.counts(session)
            standing, lag = self._services.finder.standing(), self._services.finder.lag()
        except SQLAlchemyError:
            yield GaugeMetricFamily("kb_database_up", "Whether the database answers", 0)
            return
        yield GaugeMetricFamily("kb_database_up", "Whether the database answers", 1)
        yield GaugeMetricFamily("kb_jobs_waiting", "Jobs to be done", waiting[False])
        yield GaugeMetricFamily("kb_jobs_failed", "Jobs that wait for a person", waiting[True])
        yield GaugeMetricFamily("kb_index_changes_behind", "Changes not taken in", standing.behind)
        yield GaugeMetricFamily("kb_index_documents_behind", "Documents to be cut", lag.documents)
        yield GaugeMetricFamily("kb_index_passages_behind", "Passages to be embedded", lag.passages)
        kinds = GaugeMetricFamily("kb_documents", "Texts that may be found", labels=["kind"])
        for kind, count in found.items():
            kinds.add_metric([kind.value], count)
        yield kinds
