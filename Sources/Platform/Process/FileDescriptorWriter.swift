import Glibc

/// Appends bytes to an open file, pipe or terminal without waiting longer than it is told.
///
/// A class because it owns the descriptor it opened and closes it at the end of its life.
package final class FileDescriptorWriter: Sendable {
    /// Why bytes could not be written.
    package enum Failure: Error, Equatable, Sendable {
        /// Nobody reads the other end any more, or the descriptor is closed.
        case closed
        /// The device or the quota is full; writing may succeed later.
        case noSpace
        /// Another error of the system.
        case system(errno: Int32)
    }

    /// What a pipe that says it is writable takes without blocking, in bytes.
    ///
    /// Source: <https://man7.org/linux/man-pages/man7/pipe.7.html>, `PIPE_BUF`.
    static let pipeByteLimit = 4096

    private let descriptor: Int32
    private let isOwned: Bool
    private let chunkByteLimit: Int

    /// Writes to a descriptor that somebody else opened and closes, such as 1 for the standard output.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
        isOwned = false
        chunkByteLimit = Self.isRegularFile(descriptor) ? Int.max : Self.pipeByteLimit
        Self.ignoreBrokenPipes()
    }

    /// Opens a file for appending, and makes it, readable by its owner and group, if there is none.
    package init(appendingTo path: String) throws(Failure) {
        // Safety: the call reads the path's bytes and keeps no pointer.
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0o640)
        guard descriptor >= 0 else { throw .system(errno: errno) }
        isOwned = true
        chunkByteLimit = Self.isRegularFile(descriptor) ? Int.max : Self.pipeByteLimit
        Self.ignoreBrokenPipes()
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// Writes as many of the bytes as the other end takes at once.
    ///
    /// - Parameters:
    ///   - bytes: what to write.
    ///   - milliseconds: how long to wait for a reader that takes nothing.
    /// - Returns: the number of bytes written; 0 when the reader took nothing in that time.
    /// - Throws: ``Failure``, of which only ``Failure/noSpace`` may pass.
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

    /// A reader that leaves is an error of one write, not the end of the process.
    private static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}
