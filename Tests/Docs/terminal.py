"""A terminal for the checks of the documentation."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading

SECONDS = 300
# Written behind what the command printed: no program of the documentation prints it.
END = b"\0"


def lines_on_terminal(command, folder, environment, columns):
    """Runs a command on a dedicated terminal, since programs print differently into a pipe, and returns its lines.

    The terminal stays open until all was read: some kernels drop what was printed last when its last writer closes it.
    """
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal)

    def write_end():
        try:
            process.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        os.write(terminal, END)

    waiter = threading.Thread(target=write_end)
    waiter.start()
    printed = bytearray()
    while END not in printed:
        printed += os.read(reader, 65536)
    waiter.join()
    os.close(terminal)
    os.close(reader)
    if process.wait() < 0:
        raise RuntimeError(f"{command} was ended by signal {-process.returncode} after it printed {bytes(printed)!r}")
    return printed.split(END)[0].decode().replace("\r\n", "\n").splitlines()
