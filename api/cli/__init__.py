"""The command line: one file per group of commands."""

import click

from api.cli import (
    access,
    audiences,
    audit,
    db,
    demo,
    drafts,
    evaluate,
    exports,
    imports,
    jobs,
    model,
    people,
    review,
    search,
    serve,
    settings,
    sources,
    tokens,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Find what IT support has already solved, and keep what it learns."""


main.add_command(imports.group)
main.add_command(exports.group)
main.add_command(search.search)
main.add_command(search.index)
main.add_command(evaluate.evaluate)
main.add_command(drafts.evaluate_drafts)
main.add_command(model.group)
main.add_command(review.group)
main.add_command(serve.serve)
main.add_command(serve.worker)
main.add_command(sources.group)
for command in (
    people.group,
    people.organisation,
    people.team,
    people.user,
    audiences.group,
    tokens.group,
    jobs.group,
    db.group,
):
    main.add_command(command)
main.add_command(settings.settings)
main.add_command(demo.demo)
people.user.add_command(access.password)
main.add_command(access.sessions)
main.add_command(audit.group)
