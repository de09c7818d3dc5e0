import Glibc

/// A standard stream that a command writes to.
package enum StandardStream: Sendable {
    case output
    case error

    /// Writes all bytes and waits for a slow reader; `false` if the reader has exited or the device is full.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        let descriptor = self == .output ? STDOUT_FILENO : STDERR_FILENO
        var written = 0
        while written < bytes.count {
            // Safety: the pointer is used inside of the closure only, with the count of what is left.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count >= 0 else { return false }
            written += count
        }
        return true
    }

    /// Writes a text; `false` if the reader has exited or the device is full.
    @discardableResult
    package func write(_ text: String) -> Bool {
        write(Array(text.utf8))
    }
}

extension StandardStream {
    /// Whether the stream is a terminal.
    package var isTerminal: Bool {
        isatty(self == .output ? STDOUT_FILENO : STDERR_FILENO) == 1
    }
}

/// The standard stream that a command reads from.
package enum StandardInput {
    /// Whether the stream is a terminal, so that somebody has to type.
    package static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }
}

extension StandardStream {
    /// The width of the terminal in columns; `nil` if the stream is not a terminal or the width is unknown.
    package var columns: Int? {
        var size = winsize()
        // Safety: the call writes one `winsize`, which lives until it returns.
        guard unsafe ioctl(self == .output ? STDOUT_FILENO : STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }
}
