"""`harness voices`: what can speak here, how well it is understood, and whether digits get through."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from harness.cli.options import REPORTS, command_settings
from harness.cli.voice_table import FLOOR_WIDTH, floor_text, installed_voices, trial_voices
from harness.errors import ConfigurationError
from harness.model.persona import Voice
from harness.model.voice_floor import VoiceFloor
from harness.wiring import Workshop
from harness.wiring.voice_trials import measure_floor, try_digits


@click.command(
    help="""List the voices that are installed, and try them.

Beside each voice stands its floor: the word errors our recogniser makes when the voice is heard over
an 8 kHz telephone line and nobody else takes part. No agent can understand more. A caller whose voice
loses more than 15 % makes every call invalid.

LANGUAGES, such as de or pt-BR, are what is listed or tried; --language does the same.

\b
Examples:
  harness voices                             all voices
  harness voices --language de               German ones, with variants
  harness voices --self-test de fr           digits 0 to 9 over the telephone; without LANGUAGES in 12
  harness voices --measure --voice openai:alloy de
                                             measure floors; kept in REPORTS/voice_floors.json

\b
Exit codes:
  0  listed or measured
  2  no such voice or language, or nothing here understands it
  3  a voice or the recogniser failed
"""
)
@click.argument("languages", nargs=-1)
@click.option("--language", "more", multiple=True, metavar="LANG", help="Only this language. May be given again.")
@click.option(
    "--voice", "names", multiple=True, metavar="VOICE", help="Try this voice instead of auto. May be given again."
)
@click.option("--self-test", is_flag=True, help="Say the digits 0 to 9 and count what is understood.")
@click.option("--measure", is_flag=True, help="Measure floors and keep them.")
@click.option("--stt", metavar="NAME", help="Who listens (default auto: the embedded recogniser).")
@click.option(
    "--write", "target", metavar="FILE", type=click.Path(path_type=Path), help="Keep what --measure finds in FILE."
)
@REPORTS
def command(
    languages: tuple[str, ...],
    more: tuple[str, ...],
    names: tuple[str, ...],
    self_test: bool,
    measure: bool,
    stt: str | None,
    target: Path | None,
    reports: Path | None,
) -> None:
    """List or try; the help text is above."""
    # Without sound there is nothing to try.
    settings = replace(command_settings({"stt": stt, "reports": reports}), tier="audio")
    if self_test and measure:
        raise ConfigurationError("--self-test and --measure are two things: call harness voices once for each")
    if not (self_test or measure):
        if names or target:
            raise ConfigurationError("--voice and --write belong to --self-test and --measure")
        _show(Workshop(settings), (*languages, *more), own=settings.voice_floors)
        return
    workshop = Workshop(settings)
    voices = trial_voices((*languages, *more), names=names, workshop=workshop)
    if self_test:
        asyncio.run(_self_test(workshop, voices))
    else:
        asyncio.run(_measure(workshop, voices, path=target or settings.voice_floors))


def _show(workshop: Workshop, languages: Sequence[str], *, own: Path) -> None:
    rows = installed_voices(workshop, languages, own=own)
    width = max(len(row.voice) for row in rows)
    click.echo(f"{'voice':{width}}  {'language':12}  {'floor':{FLOOR_WIDTH}}  engine")
    for row in rows:
        click.echo(f"{row.voice:{width}}  {row.language:12}  {row.floor:{FLOOR_WIDTH}}  {row.engine}")
    if not languages:
        click.echo("\nespeak-ng voices also take variants, such as pyttsx3:de+f2: harness voices --language de")


async def _self_test(workshop: Workshop, voices: Sequence[Voice]) -> None:
    width = max(len("language"), *(len(voice.language) for voice in voices))
    click.echo(f"{'language':{width}}  {'voice':24}  {'digits':8}  {'floor':{FLOOR_WIDTH}}  heard")
    for voice in voices:
        result = await try_digits(workshop, voice)
        digits = f"{result.right} of 10"
        heard = " | ".join(text or "nothing" for text in result.heard)
        floor = floor_text(result.floor)
        click.echo(f"{voice.language:{width}}  {result.voice:24}  {digits:8}  {floor:{FLOOR_WIDTH}}  {heard}")


async def _measure(workshop: Workshop, voices: Sequence[Voice], *, path: Path) -> None:
    from harness.services.voice_floors import write_floors

    for voice in voices:
        floor: VoiceFloor = await measure_floor(workshop, voice)
        write_floors(path, [floor])
        click.echo(f"{floor.language}  {floor.voice:24}  {floor_text(floor):{FLOOR_WIDTH}}  {floor.recogniser}")
    click.echo(f"Kept in {path}")
