import Glibc

/// Appends bytes to an open file, pipe or terminal, and waits no longer than a limit.
///
/// A class because it owns the descriptor that it opened, and closes it at the end of its life.
package final class FileDescriptorWriter: Sendable {
    /// Why bytes cannot be written.
    package enum Failure: Error, Equatable, Sendable {
        /// The reader has exited, or the descriptor is closed.
        case closed
        /// The device or the quota is full; writing may succeed later.
        case noSpace
        /// Another error of the system.
        case system(errno: Int32)
    }

    /// The number of bytes that a writable pipe takes without blocking.
    ///
    /// Source: <https://man7.org/linux/man-pages/man7/pipe.7.html>, `PIPE_BUF`.
    static let pipeByteLimit = 4096

    private let descriptor: Int32
    private let isOwned: Bool
    private let chunkByteLimit: Int

    /// Writes to a descriptor that the caller opens and closes, such as 1 for standard output.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
        isOwned = false
        chunkByteLimit = Self.isRegularFile(descriptor) ? Int.max : Self.pipeByteLimit
        Self.ignoreBrokenPipes()
    }

    /// Opens a file for appending; creates it, readable by owner and group, if it does not exist.
    package init(appendingTo path: String) throws(Failure) {
        // Safety: the call reads the path's bytes and keeps no pointer.
        descriptor = unsafe SystemPath.withBytes(of: path) {
            unsafe open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0o640)
        }
        guard descriptor >= 0 else { throw .system(errno: errno) }
        isOwned = true
        chunkByteLimit = Self.isRegularFile(descriptor) ? Int.max : Self.pipeByteLimit
        Self.ignoreBrokenPipes()
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// Writes as many of the bytes as the reader takes at once.
    ///
    /// - Parameters:
    ///   - bytes: the bytes to write.
    ///   - milliseconds: the time to wait for a reader that takes nothing.
    /// - Returns: the number of written bytes; 0 if the reader took nothing in that time.
    /// - Throws: ``Failure``; only ``Failure/noSpace`` can be temporary.
    package func write(_ bytes: Span<UInt8>, waitingUpTo milliseconds: Int32) throws(Failure) -> Int {
        guard !bytes.isEmpty, try waitUntilWritable(milliseconds) else { return 0 }
        let chunk = bytes.extracting(first: min(bytes.count, chunkByteLimit))
        while true {
            // Safety: the pointer is used inside of the closure only, with its own count.
            let count = unsafe chunk.withUnsafeBufferPointer { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
            }
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: return 0
            default: throw Self.failure(errno: errno)
            }
        }
    }

    private func waitUntilWritable(_ milliseconds: Int32) throws(Failure) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        // Safety: the call reads and writes the one entry, which lives until it returns.
        let count = unsafe poll(&entry, 1, milliseconds)
        if count < 0, errno != EINTR { throw Self.failure(errno: errno) }
        guard count > 0 else { return false }
        if entry.revents & Int16(POLLERR | POLLNVAL) != 0 { throw .closed }
        return entry.revents & Int16(POLLOUT) != 0
    }

    private static func failure(errno code: Int32) -> Failure {
        switch code {
        case EPIPE, EBADF: .closed
        case ENOSPC, EDQUOT: .noSpace
        default: .system(errno: code)
        }
    }

    private static func isRegularFile(_ descriptor: Int32) -> Bool {
        var facts = stat()
        // Safety: the call writes one `stat`, which lives until it returns.
        guard unsafe fstat(descriptor, &facts) == 0 else { return false }
        return facts.st_mode & S_IFMT == S_IFREG
    }

    /// Makes a reader that exits an error of one write, instead of the end of the process.
    private static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}

extension FileDescriptorWriter.Failure: CustomStringConvertible {
    /// The reason in the system's words.
    package var description: String {
        switch self {
        case .closed: SystemError.words(for: EPIPE)
        case .noSpace: SystemError.words(for: ENOSPC)
        case .system(let code): SystemError.words(for: code)
        }
    }
}
