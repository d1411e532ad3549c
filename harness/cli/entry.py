"""The command itself: which verbs there are, and how an error looks to the person who made it.

A verb's file is imported when the verb is called, so that `harness --help` is there at once.
"""

from importlib import import_module
from typing import IO, Any

import click

from harness.errors import ConfigurationError, HarnessError

VERBS = {
    "run": "Place the calls of suites, write a verdict and a report.",
    "check": "Look for faults in suites and show what they would run; places no call.",
    "plan": "Say what a run would take and what it could prove; places no call.",
    "report": "Write the pages of a stored run again, also of one that was cut short.",
    "export": "Write a stored run as JSON, CSV or Parquet, for other programs.",
    "baseline": "Keep what later runs are compared with, as small files for git.",
    "compare": "Lay engine_models, prompts, voices or personas of stored runs beside each other.",
    "aa": "Count how often the gate would have called an unchanged prompt worse.",
    "judge": "Find out how good a judge is: talk it round, or compare it with people.",
    "rescore": "Judge the calls of a stored run again, and say what a judge and what the agent changed.",
    "voices": "List the voices that are installed, and measure how well they are understood.",
    "doctor": "Look for whatever would keep calls from working, and say what to do; places no call.",
    "prompts": "Pull the prompts of real AIs into files, push files to them, and see what they had.",
    "proposal": "Test a prompt the platform proposes on your suites, then accept or reject it.",
    "direct-hash": "Show or replace the SIP address at which anybody can phone an AI.",
    "sweep": "Delete what killed runs left on a real platform.",
    "simulate": "Serve a local VoIPBIN with the same REST API, without an account.",
    "schema": "Print the JSON Schema of suite files, for your editor.",
}
"""Every verb lives in the file of its name, `_` for `-`, as the click command `command`."""

HELP = """Evaluate and test the prompts of AI voice agents by phoning them.

\b
A first look, offline and without any key:
  harness check suites/            what is there to run
  harness run suites/              place the calls, write the report
  harness report latest --open     look at it again
  harness doctor                   what would keep calls from working, real ones too

Every verb explains itself: harness run --help

\b
Exit codes:
  0  passed
  1  the agent failed a case, or a comparison says regressed
  2  the set-up, a suite file or the command line is wrong; no call was placed
  3  nothing was proved: a case was inconclusive, the line or a service broke, or the run was cut short
  4  stopped by the budget before the plan was through

The same suites run under pytest, with the same verdict: pytest suites/
"""


class FaultShown(click.ClickException):
    """An error of ours as click shows it: its own words on stderr, no traceback."""

    exit_code = 3

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the error."""
        click.echo(f"error: {self.format_message()}", file=file, err=True)


class SetUpFaultShown(FaultShown):
    """An error the user can put right before any call."""

    exit_code = 2


class Verbs(click.Group):
    """A group that knows its verbs by name and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs, the most used first."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a verb's command, or None for a name that is none."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"harness.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs from the table, without importing them."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a verb; errors of ours end it in their own words, unless --debug asks for the traceback."""
        try:
            return super().invoke(ctx)
        except HarnessError as error:
            if ctx.params["debug"]:
                raise
            shown = SetUpFaultShown if isinstance(error, ConfigurationError) else FaultShown
            raise shown(str(error)) from error


@click.group(cls=Verbs, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="voipbin-harness", prog_name="harness")
def main(debug: bool) -> None:
    """Hold the options of the whole command; the help text is `HELP`."""
