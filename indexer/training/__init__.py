"""How the shipped model is made: `python -m indexer.training run --data DIR --out DIR`."""
