"""The command line: thin commands that call the study and print what it returns.

Nothing heavy is imported here. pandas, igraph and the like are loaded by the command that needs them, so that
``ona --help`` answers at once.
"""

from __future__ import annotations

import io
import signal
import sys
from types import FrameType

import click

from ona.cli.commands import candidates, check, demo, gaps, map_, run, who


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="ona")
def ona() -> None:
    """Who lacks access to the people who open doors, how sure are we, and who could sponsor whom.

    Everything is read and computed on this machine; nothing is sent anywhere.

    \b
    Start here:
      ona demo                        a sample study, from files to map and report
      ona check study.toml            read everything, say what was understood
      ona run study.toml --out DIR    the whole study
    """  # noqa: D301 — click reads the backspace as "keep these lines as they are"


for command in (demo, run, check, map_, gaps, candidates, who):
    ona.add_command(command)


def _terminate(signum: int, frame: FrameType | None) -> None:
    """End like any other exit, so that half-written folders are removed on the way out."""
    sys.exit(128 + signum)


def main() -> None:
    """Run a command; an error a person can act on is one sentence and exit code 1."""
    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Minus signs, arrows and names are not in every console's alphabet; a file or pipe takes UTF-8.
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    debug = "--debug" in sys.argv
    try:
        code = ona.main(standalone_mode=False, prog_name="ona")
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped; nothing was written.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except Exception as error:
        if debug:
            raise
        click.echo(f"Error: {_safe(_sentence(error))}", err=True)
        sys.exit(1)

    sys.exit(code if isinstance(code, int) else 0)


def _safe(text: str) -> str:
    from ona.model.text import printable

    return printable(text)


def _sentence(error: Exception) -> str:
    """What to tell the person at the keyboard."""
    from ona.model.errors import OnaError

    if isinstance(error, OnaError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'a file'}: {error.strerror}; check the path and its permissions"
    if isinstance(error, MemoryError):
        return "this machine has too little memory for the study; use fewer days or a lower broadcast_cap"
    return f"ona failed in a way it should not ({type(error).__name__}: {error}); run again with --debug to see where"
