"""A crest of shapes (SVG) in pixels, drawn by resvg in a process of its own.

What a city uploads was made safe (`configuration/logo.py`), and may be drawn badly all the same: a renderer that runs
out of memory ends its process, which had better not be ours.
"""

import logging
import subprocess
import sys

SIDE = 512
LONGEST_S = 20
DRAW = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
import resvg_py
picture = resvg_py.svg_to_bytes(svg_string=sys.stdin.buffer.read().decode(), width={SIDE}, height={SIDE})
sys.stdout.buffer.write(bytes(picture))
"""

log = logging.getLogger(__name__)


def drawn(svg: bytes) -> bytes | None:
    """A PNG within SIDE by SIDE pixels, transparent where nothing is drawn; None where it can't be drawn."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words alone
            [sys.executable, "-c", DRAW], input=svg, capture_output=True, timeout=LONGEST_S, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        log.warning("a crest can't be drawn in pixels: %r", error)
        return None
    return done.stdout
