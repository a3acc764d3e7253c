"""Runs flask commands one after the other in one process: `python -m config.prepare "db upgrade" demo`.

Loading the application takes longer than a migration that has nothing to do, and `make run` needs two of them.
"""

import sys

from flask.cli import FlaskGroup

import wsgi


def main(commands: list[str]) -> None:
    """Ends with the first command's failure."""
    flask = FlaskGroup(create_app=lambda: wsgi.app, load_dotenv=False)
    for command in commands:
        try:
            flask.main(args=command.split(), prog_name="flask")
        except SystemExit as ended:
            if ended.code:
                raise


if __name__ == "__main__":
    main(sys.argv[1:])
