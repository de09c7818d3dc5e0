import Glibc
import Synchronization

/// A new version of a file that replaces the old one when it is complete, so that nobody sees half of it.
///
/// A pipe or device is written directly. A class because it owns the descriptor, and removes an incomplete file.
package final class FileReplacement: Sendable {
    /// How the new file gets its name.
    private enum Way {
        /// The target is written directly.
        case direct
        /// The file has no name until the end, so that nothing remains if the process dies.
        case unnamed
        /// The file is beside the target, on systems without unnamed files.
        case beside(String)
    }

    /// The path that errors name.
    private let path: String
    private let way: Way
    /// The replaced file: the path with links resolved.
    private let targetPath: String
    private let descriptor: Int32
    private let isComplete = Atomic(false)

    /// The number of names that are tried for the file beside the target.
    private static let attemptLimit = 100

    /// Begins a new version; the old file is unchanged until ``complete()``.
    ///
    /// `isUnnamed` means that the new file has no name until then, if the system supports that. `keepsOwner` means that the new file must get
    /// the owner and the group of the old one.
    package init(of path: String, isUnnamed: Bool = true, keepsOwner: Bool = false) throws(FileError) {
        self.path = path
        let target = (try? FilePaths.resolved(path)) ?? path
        targetPath = target
        var facts = stat()
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        let exists = unsafe SystemPath.withBytes(of: target) { unsafe stat($0, &facts) } == 0
        // Nobody knows where a dangling link should lead, and it must not be replaced.
        if !exists, (try? FileEntry(at: path))?.kind == .symbolicLink { throw .system(path: path, code: ENOENT) }
        guard !exists || facts.st_mode & S_IFMT == S_IFREG else {
            way = .direct
            // Safety: the call reads the path's bytes and keeps no pointer.
            descriptor = unsafe SystemPath.withBytes(of: target) { unsafe Glibc.open($0, O_WRONLY | O_CLOEXEC | O_NOCTTY) }
            guard descriptor >= 0 else { throw .system(path: path, code: errno) }
            return
        }
        // A target that this user may not write must not be replaced either.
        // Safety: the call reads the path's bytes and keeps no pointer.
        if exists, unsafe SystemPath.withBytes(of: target, { unsafe access($0, W_OK) }) != 0 { throw .system(path: path, code: errno) }
        let directory = target.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(target[...$0]) } ?? "./"
        // Safety: the call reads the path's bytes and keeps no pointer.
        let unnamed = unsafe SystemPath.withBytes(of: directory) { directory in
            isUnnamed ? unsafe Glibc.open(directory, Self.withoutName | O_WRONLY | O_CLOEXEC, 0o666) : -1
        }
        if unnamed >= 0 {
            (descriptor, way) = (unnamed, .unnamed)
        } else {
            let (opened, temporaryPath) = try Self.claimName(beside: target, for: path) { name in
                // Safety: the call reads the path's bytes and keeps no pointer.
                unsafe SystemPath.withBytes(of: name) { unsafe Glibc.open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
            }
            (descriptor, way) = (opened, .beside(temporaryPath))
        }
        guard exists else { return }
        if keepsOwner, fchown(descriptor, facts.st_uid, facts.st_gid) != 0 { throw .system(path: path, code: errno) }
        // Last, because a change of the owner takes the mode's special bits away.
        fchmod(descriptor, facts.st_mode & 0o7777)
    }

    /// `O_TMPFILE`, which Swift does not import because its macro combines two numbers.
    ///
    /// Source: <https://github.com/torvalds/linux/blob/v6.12/include/uapi/asm-generic/fcntl.h#L88-L94>
    private static let withoutName = 0o20000000 | O_DIRECTORY

    deinit {
        close(descriptor)
        guard !isComplete.load(ordering: .relaxed), case .beside(let temporaryPath) = way else { return }
        // Safety: the call reads the path's bytes and keeps no pointer.
        unsafe _ = SystemPath.withBytes(of: temporaryPath) { unsafe unlink($0) }
    }

    /// Writes all bytes.
    package func write(_ bytes: [UInt8]) throws(FileError) {
        let code = bytes.span.write(to: descriptor)
        guard code == 0 else { throw .system(path: path, code: code) }
    }

    /// Replaces the target with the new file.
    package func complete() throws(FileError) {
        let temporaryPath: String
        switch way {
        case .direct:
            return
        case .beside(let path):
            temporaryPath = path
        case .unnamed:
            let source = "/proc/self/fd/\(descriptor)"
            temporaryPath = try Self.claimName(beside: targetPath, for: path) { name in
                // Safety: the call reads the bytes of both paths and keeps no pointer.
                unsafe SystemPath.withBytes(of: name) { unsafe linkat(AT_FDCWD, source, AT_FDCWD, $0, AT_SYMLINK_FOLLOW) }
            }.name
        }
        // Safety: the call reads the bytes of both paths and keeps no pointer.
        let result = unsafe SystemPath.withBytes(of: temporaryPath) { temporaryPath in
            unsafe SystemPath.withBytes(of: targetPath) { unsafe rename(temporaryPath, $0) }
        }
        guard result == 0 else {
            let code = errno
            // Safety: the call reads the path's bytes and keeps no pointer.
            unsafe _ = SystemPath.withBytes(of: temporaryPath) { unsafe unlink($0) }
            throw .system(path: path, code: code)
        }
        isComplete.store(true, ordering: .relaxed)
    }

    /// Tries names in the directory of the target until one is free; `make` returns the result of the system call for a name.
    private static func claimName(
        beside target: String,
        for path: String,
        _ make: (String) -> Int32
    ) throws(FileError) -> (result: Int32, name: String) {
        let directory = target.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(target[...$0]) } ?? ""
        for number in 0..<attemptLimit {
            let name = directory + ".podscore-\(getpid())-\(number)"
            let result = make(name)
            if result < 0, errno == EEXIST { continue }
            guard result >= 0 else { throw .system(path: path, code: errno) }
            return (result, name)
        }
        throw .system(path: path, code: EEXIST)
    }
}
