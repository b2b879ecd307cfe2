"""Run a command that ends when its parent does, even when that is killed (Linux).

    python -I -S tether.py PARENT_PID SIGNAL COMMAND ...

The supervisor starts every child through this file: a supervisor that dies by kill -9
can no longer end them, so the kernel does. Elsewhere the command merely runs.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def tether_command(signal_number: int) -> tuple[str, ...]:
    """What comes before a command that must not outlive the thread that starts it."""
    tether = (sys.executable, "-I", "-S", __file__)
    return *tether, str(os.getpid()), str(int(signal_number))


def main(arguments: list[str]) -> None:
    parent, signal_number, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal_number))
        if os.getppid() != int(parent):  # it died before we could ask
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606  # no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
