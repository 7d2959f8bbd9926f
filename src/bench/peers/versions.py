"""Prints the versions of the packages named as arguments, as JSON; a missing one is null."""

import json
import sys
from importlib import metadata


def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


print(json.dumps({name: version(name) for name in sys.argv[1:]}))
