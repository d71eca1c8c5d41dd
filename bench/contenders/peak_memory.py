"""The most memory that this process has had resident; see lib/peak-memory.js."""

import re
import resource
import sys


def peak_bytes():
    try:
        with open("/proc/self/status") as status:
            return 1024 * int(re.search(r"^VmHWM:\s+(\d+) kB$", status.read(), re.MULTILINE).group(1))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
