"""How a model worker ends when it does not end well; from sysexits.h, so no shell's.

What it was writing is not lost: leases run out, and others go on from the check-points.
"""

EXIT_MODELS_LOST = 69  # the process of its models died
EXIT_STUCK = 70  # its engine stood still, and its keeper ended it
EXIT_CUT_SHORT = 75  # it was told to end, and had not given all back in time
