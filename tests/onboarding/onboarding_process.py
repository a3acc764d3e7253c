"""A process that brings cities in from bundles and is killed within one: `DATABASE_URL NUMBER BUNDLE…`.

NUMBER: of the city, from 1, whose rows are all written and not committed yet when the kill comes.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from onboarding import batch, opening
from tests.cast import NOW


def main() -> None:
    url, number, *sources = sys.argv[1:]
    made, whole = 0, opening.bring

    def bring(*given: Any, **more: Any) -> Any:
        nonlocal made
        report = whole(*given, **more)
        made += 1
        if made == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
        return report

    opening.bring = bring
    with Session(create_engine(url)) as session:
        for report in batch.provision_all(session, [Path(one) for one in sources], now=NOW):
            sys.stdout.write(f"{report.slug}\n")
            sys.stdout.flush()


main()
