"""Has a running product translate a document: `workspace_document.py SEGMENTS`.

A process beside it, on its database and its Redis. The seconds from the start of the
run until it is done come out as one line of JSON.
"""

import json
import os
import sys
import time

WARM_UP = 8  # segments of a document before
WAIT_SECONDS = 900.0

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")


def main() -> None:
    import django  # noqa: PLC0415  # settings read the environment when it begins

    django.setup()
    # What uses the models can be imported only now.
    from tests.bench.sides.workspace_run import (  # noqa: PLC0415
        model_await,
        translate,
    )

    count = int(sys.argv[1])
    until = time.monotonic() + WAIT_SECONDS
    model_await(until)
    translate(WARM_UP, start=0, until=until)
    seconds = translate(count, start=WARM_UP, until=until)
    sys.stdout.write(json.dumps({"seconds": seconds}) + "\n")


if __name__ == "__main__":
    main()
