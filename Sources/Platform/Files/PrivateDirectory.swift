import Glibc

/// A directory that only this user can read, for files that are replaced as a whole.
///
/// A class because it owns the descriptor of the directory and closes it at the end of its life. Files go to the opened directory, even if
/// the path changes.
package final class PrivateDirectory: Sendable {
    /// Why a directory is rejected.
    package enum Refusal: Error, Sendable, Equatable {
        /// Other users may read or write it; `mode` is in the form of `chmod`.
        case openToOthers(path: String, mode: UInt16)
        /// It belongs to another user.
        case ownedByOther(path: String)
        /// It cannot be created, opened or written.
        case unusable(FileError)
    }

    /// A file in the directory.
    package struct File: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// In bytes.
        package let byteCount: Int
        /// When it was written, in nanoseconds since 1970-01-01 UTC.
        package let modified: Int64
    }

    /// The prefix of incomplete files.
    private static let draftPrefix = ".new-"

    /// The path of the directory.
    package let path: String
    private let descriptor: Int32

    /// Opens a directory that only this user can read; creates it if it does not exist, but not its parent.
    package init(at path: String) throws(Refusal) {
        // Safety: the call reads the path's bytes and keeps no pointer.
        let made = unsafe SystemPath.withBytes(of: path) { unsafe mkdir($0, 0o700) }
        if made != 0, errno != EEXIST { throw .unusable(.system(path: path, code: errno)) }
        // Safety: as above.
        descriptor = unsafe SystemPath.withBytes(of: path) { unsafe open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        self.path = path
        guard descriptor >= 0 else { throw .unusable(.system(path: path, code: errno)) }
        var facts = stat()
        // Safety: the call writes one `stat`, which lives until it returns.
        guard unsafe fstat(descriptor, &facts) == 0 else { throw .unusable(.system(path: path, code: errno)) }
        guard facts.st_uid == geteuid() else { throw .ownedByOther(path: path) }
        guard facts.st_mode & 0o077 == 0 else { throw .openToOthers(path: path, mode: UInt16(facts.st_mode & 0o7777)) }
        // Safety: the call reads the path's bytes and keeps no pointer.
        guard unsafe faccessat(descriptor, ".", W_OK | X_OK, 0) == 0 else { throw .unusable(.system(path: path, code: errno)) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The complete files in the directory, in the byte order of their names; removes incomplete ones.
    package func files() throws(FileError) -> [File] {
        var files: [File] = []
        for name in try Directory.names(inOpen: descriptor, path: path) {
            if name.utf8.starts(with: Self.draftPrefix.utf8) {
                remove(name)
                continue
            }
            var facts = stat()
            // Safety: the call reads the name's bytes and writes one `stat`, which lives until it returns.
            let result = unsafe SystemPath.withBytes(of: name) { unsafe fstatat(descriptor, $0, &facts, AT_SYMLINK_NOFOLLOW) }
            guard result == 0, facts.st_mode & S_IFMT == S_IFREG else { continue }
            let modified = Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
            files.append(File(name: name, byteCount: Int(facts.st_size), modified: modified))
        }
        return files
    }

    /// Creates or replaces a file, readable only by this user; nobody sees half of it.
    package func replace(_ name: String, with bytes: [UInt8]) throws(FileError) {
        let draft = Self.draftPrefix + name
        // Safety: the call reads the name's bytes and keeps no pointer.
        let file = unsafe SystemPath.withBytes(of: draft) {
            unsafe openat(descriptor, $0, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        guard file >= 0 else { throw .system(path: path + "/" + name, code: errno) }
        var code = bytes.span.write(to: file)
        // Some file systems report only now that they are full.
        if close(file) != 0, code == 0 { code = errno }
        // Safety: the call reads the names' bytes and keeps no pointer.
        let renamed = unsafe SystemPath.withBytes(of: draft) { draft in
            unsafe SystemPath.withBytes(of: name) { code == 0 ? unsafe renameat(descriptor, draft, descriptor, $0) : 0 }
        }
        if renamed != 0 { code = errno }
        guard code == 0 else {
            remove(draft)
            throw .system(path: path + "/" + name, code: code)
        }
    }

    /// Removes a file; does nothing if it does not exist.
    package func remove(_ name: String) {
        // Safety: the call reads the name's bytes and keeps no pointer.
        _ = unsafe SystemPath.withBytes(of: name) { unsafe unlinkat(descriptor, $0, 0) }
    }
}

extension PrivateDirectory.Refusal: CustomStringConvertible {
    /// The reason, and what to do about it.
    package var description: String {
        switch self {
        case .openToOthers(let path, let mode):
            "\(path) is accessible to other users (mode \(String(mode, radix: 8))); fix it with: chmod 700 \(path)"
        case .ownedByOther(let path): "\(path) belongs to another user; use a directory of this user, or one that does not exist yet"
        case .unusable(let error): error.description
        }
    }
}
