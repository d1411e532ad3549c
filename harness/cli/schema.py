"""`harness schema`: what may stand in a suite file, for editors."""

import json

import click

from harness.suitefile import suite_schema


@click.command(
    help="""Print the JSON Schema of suite files.

An editor that knows it completes keys and marks faults while you type.

\b
Example:
  harness schema > suite.schema.json
  and as first line of a suite file, for editors with the YAML language server:
  # yaml-language-server: $schema=suite.schema.json
"""
)
def command() -> None:
    """Print the schema; the help text is above."""
    click.echo(json.dumps(suite_schema(), indent=2))
