"""The bare engine with the requests of a product: `workspace_bare.py MODEL COUNT`.

Reads the requests of the last document from the product's database, and writes as many
tokens for each as the product did. The seconds come out as one line of JSON.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")


def main() -> None:
    import django  # noqa: PLC0415  # settings read the environment when it begins

    django.setup()
    # What uses the models can be imported only now.
    from tests.bench.sides.workspace_engine import (  # noqa: PLC0415
        Bare,
        requests_made,
    )

    model, count = Path(sys.argv[1]), int(sys.argv[2])
    warm_up, requests = requests_made(count)
    bare = Bare(model)
    bare.seconds(warm_up)
    sys.stdout.write(json.dumps({"seconds": bare.seconds(requests)}) + "\n")
    bare.close()


if __name__ == "__main__":
    main()
