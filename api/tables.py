"""Every module that defines tables, in one import, for migrations and tests."""

from articles import models as articles
from indexer import models as indexer
from kb import models as kb
from kb.sources import models as sources

__all__ = ["articles", "indexer", "kb", "sources"]
