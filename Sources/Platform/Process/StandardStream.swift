import Glibc

/// One of the streams that a command writes to.
package enum StandardStream: Sendable {
    case output
    case error

    /// Writes all bytes, waiting for a slow reader; `false` when nobody reads or the device is full.
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

    /// Writes a text; `false` when nobody reads or the device is full.
    @discardableResult
    package func write(_ text: String) -> Bool {
        write(Array(text.utf8))
    }
}

extension StandardStream {
    /// Whether a terminal shows what is written.
    package var isTerminal: Bool {
        isatty(self == .output ? STDOUT_FILENO : STDERR_FILENO) == 1
    }
}

extension StandardStream {
    /// The columns of the terminal that shows the stream; `nil` where none does, or none that says how wide it is.
    package var columns: Int? {
        var size = winsize()
        // Safety: the call writes one `winsize`, which lives until it returns.
        guard unsafe ioctl(self == .output ? STDOUT_FILENO : STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }
}
