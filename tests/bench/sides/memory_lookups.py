"""Fills a translation memory in an empty data directory and looks sentences up in it.

A process of its own, because it is a whole Django: `entries` is its only argument, the
milliseconds of each look-up come out as one line of JSON.
"""

import json
import os
import sys
import time

SHORT = 4  # words
LOOKUPS = 400  # of each kind
KEPT = 20_000  # sentences to look up are chosen from so many
LANGUAGE = "de"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")


def main() -> None:
    import django  # noqa: PLC0415  # settings read the environment when it begins

    django.setup()
    # What uses the models can be imported only now.
    from django.core.management import call_command  # noqa: PLC0415

    from tests.bench.sides.memory_shelf import (  # noqa: PLC0415
        lookups_time,
        shelf_fill,
        shelf_make,
    )

    call_command("migrate", verbosity=0)
    entries = int(sys.argv[1])
    shelf = shelf_make()
    began = time.perf_counter()
    known = shelf_fill(shelf, entries, keep=KEPT)
    seconds = time.perf_counter() - began

    result = {
        "entries_a_second": entries / seconds,
        "milliseconds": lookups_time(shelf, known, LOOKUPS, short=SHORT),
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
