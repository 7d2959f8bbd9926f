"""The Python side of a row: says that it is ready, does the work when asked, tells its time and at the end its peak."""

import json
import os
import re
import resource
import sys
import time

THREADS = int(os.environ.get("RELATA_BENCH_THREADS", "1"))


def say(answer):
    sys.stdout.write("@bench " + json.dumps(answer) + "\n")
    sys.stdout.flush()


def peak_memory():
    try:
        with open("/proc/self/status") as status:
            return 1024 * int(re.search(r"^VmHWM:\s+(\d+) kB$", status.read(), re.M).group(1))
    except (OSError, AttributeError):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else 1024 * peak


def serve(make, versions):
    """`make(options)` gives a function that does the work once."""
    try:
        work = make(json.loads(sys.argv[1]))
        say({"versions": versions})
        for line in sys.stdin:
            if line.strip() == "end":
                break
            start = time.perf_counter()
            work()
            say({"seconds": time.perf_counter() - start})
        say({"peak": peak_memory()})
    except Exception as error:
        say({"error": f"{type(error).__name__}: {error}"})
        sys.exit(1)
