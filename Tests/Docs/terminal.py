"""A terminal for the checks of the documentation."""

import fcntl
import os
import pty
import struct
import subprocess
import termios

SECONDS = 300


def lines_on_terminal(command, folder, environment, columns):
    """Runs a command on a dedicated terminal, since programs print differently into a pipe, and returns its lines."""
    reader, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal)
    os.close(terminal)
    printed = bytearray()
    while True:
        try:
            piece = os.read(reader, 65536)
        except OSError:  # The last process with the terminal ended.
            break
        if not piece:
            break
        printed += piece
    os.close(reader)
    process.wait(timeout=SECONDS)
    return printed.decode().replace("\r\n", "\n").splitlines()
