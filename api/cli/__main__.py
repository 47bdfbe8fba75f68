"""`python -m api.cli`, the same as the command `kb`."""

from api.cli import main

main(prog_name="kb")
