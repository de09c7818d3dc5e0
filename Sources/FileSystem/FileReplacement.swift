import Glibc
import Synchronization

/// A file that is written beside another one and takes its place when it is complete, so that nobody sees half of it.
///
/// What is no regular file, such as a pipe, is written directly. A class because it owns the descriptor, and removes what was not completed.
package final class FileReplacement: Sendable {
    /// The path that errors name.
    private let path: String
    /// The file that is written until the end; `nil` where the target is written directly.
    private let temporaryPath: String?
    /// What is replaced: the path, through symbolic links.
    private let targetPath: String
    private let descriptor: Int32
    private let isComplete = Atomic(false)

    /// How many names are tried for the file beside the target.
    private static let attemptLimit = 100

    /// Begins to write; what stands at the path stays as it is until ``complete()``.
    package init(of path: String) throws(FileError) {
        self.path = path
        let target = (try? FilePaths.resolved(path)) ?? path
        targetPath = target
        var facts = stat()
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        let exists = unsafe stat(target, &facts) == 0
        guard !exists || facts.st_mode & S_IFMT == S_IFREG else {
            temporaryPath = nil
            // Safety: the call reads the path's bytes and keeps no pointer.
            descriptor = unsafe Glibc.open(target, O_WRONLY | O_CLOEXEC | O_NOCTTY)
            guard descriptor >= 0 else { throw .system(path: path, code: errno) }
            return
        }
        // A target that nobody may write is not to be replaced behind its owner's back.
        // Safety: the call reads the path's bytes and keeps no pointer.
        if exists, unsafe access(target, W_OK) != 0 { throw .system(path: path, code: errno) }
        let opened = try Self.makeFile(beside: target, named: path, mode: exists ? facts.st_mode & 0o7777 : nil)
        (descriptor, temporaryPath) = (opened.descriptor, opened.path)
    }

    deinit {
        close(descriptor)
        guard !isComplete.load(ordering: .relaxed), let temporaryPath else { return }
        // Safety: the call reads the path's bytes and keeps no pointer.
        unsafe _ = unlink(temporaryPath)
    }

    /// Writes all bytes.
    package func write(_ bytes: [UInt8]) throws(FileError) {
        var written = 0
        while written < bytes.count {
            // Safety: the pointer is used inside of the closure only, with the count of what is left.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count >= 0 else { throw .system(path: path, code: errno) }
            written += count
        }
    }

    /// Puts what was written in the place of the target.
    package func complete() throws(FileError) {
        guard let temporaryPath else { return }
        // Safety: the call reads the bytes of both paths and keeps no pointer.
        guard unsafe rename(temporaryPath, targetPath) == 0 else { throw .system(path: path, code: errno) }
        isComplete.store(true, ordering: .relaxed)
    }

    /// Makes a new file in the directory of the target; `mode` is that of the file to replace.
    private static func makeFile(
        beside target: String,
        named path: String,
        mode: mode_t?
    ) throws(FileError) -> (descriptor: Int32, path: String) {
        let directory = target.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(target[...$0]) } ?? ""
        for number in 0..<attemptLimit {
            let temporaryPath = directory + ".podscore-\(getpid())-\(number)"
            // Safety: the call reads the path's bytes and keeps no pointer.
            let descriptor = unsafe Glibc.open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if descriptor < 0, errno == EEXIST { continue }
            guard descriptor >= 0 else { throw .system(path: path, code: errno) }
            if let mode { fchmod(descriptor, mode) }
            return (descriptor, temporaryPath)
        }
        throw .system(path: path, code: EEXIST)
    }
}
