import Glibc

/// The identity of a file at one moment; entries of the same file are equal.
package struct FileEntry: Sendable, Equatable {
    /// The kind of the file.
    package let kind: FileKind
    private let device: UInt64
    private let inode: UInt64

    /// Inspects a path without following a link.
    package init(at path: String) throws(FileError) {
        var facts = stat()
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        guard unsafe SystemPath.withBytes(of: path, { unsafe lstat($0, &facts) }) == 0 else { throw .system(path: path, code: errno) }
        self.init(facts)
    }

    /// Inspects a name in an open directory without following a link; `path` is its name in errors.
    init(of name: String, in directory: Int32, named path: String) throws(FileError) {
        var facts = stat()
        // Safety: the call reads the name's bytes and writes one `stat`, which lives until it returns.
        guard unsafe SystemPath.withBytes(of: name, { unsafe fstatat(directory, $0, &facts, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            throw .system(path: path, code: errno)
        }
        self.init(facts)
    }

    /// Inspects an open file; `path` is its name in errors.
    init(opened descriptor: Int32, named path: String) throws(FileError) {
        var facts = stat()
        // Safety: the call writes one `stat`, which lives until it returns.
        guard unsafe fstat(descriptor, &facts) == 0 else { throw .system(path: path, code: errno) }
        self.init(facts)
    }

    private init(_ facts: stat) {
        kind = FileKind(facts)
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
    }
}

extension FileEntry {
    /// Opens the same file at a path, without waiting for a pipe; the caller closes the descriptor.
    ///
    /// Throws ``FileError/replaced(path:)`` if the path now leads to another file. `name` is its name in errors; `beforeOpening` is called
    /// between the last check and the opening, for tests.
    func open(at path: String, named name: String, flags: Int32, beforeOpening: () -> Void = {}) throws(FileError) -> Int32 {
        // Checked before it is opened, because opening alone affects some devices, which are never directories.
        if flags & O_DIRECTORY == 0 {
            guard try FileEntry(at: path) == self else { throw .replaced(path: name) }
        }
        beforeOpening()
        // Safety: the call reads the path's bytes and keeps no pointer.
        let descriptor = unsafe SystemPath.withBytes(of: path) { bytes in
            unsafe Glibc.open(bytes, flags | O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY)
        }
        guard descriptor >= 0 else {
            // It is now a link, or no longer a directory.
            if errno == ELOOP || errno == ENOTDIR { throw .replaced(path: name) }
            throw .system(path: name, code: errno)
        }
        do throws(FileError) {
            guard try FileEntry(opened: descriptor, named: name) == self else { throw .replaced(path: name) }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }
}

/// The kind of a file.
package enum FileKind: Sendable, Equatable {
    case regular
    case directory
    case symbolicLink
    /// A pipe, a socket or a device; reading it might never end.
    case other

    /// The kind of the file at the end of all links.
    package static func ofTarget(at path: String) throws(FileError) -> Self {
        var facts = stat()
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        guard unsafe SystemPath.withBytes(of: path, { unsafe stat($0, &facts) }) == 0 else { throw .system(path: path, code: errno) }
        return Self(facts)
    }

    /// The kind in the system's file status.
    init(_ facts: stat) {
        switch facts.st_mode & S_IFMT {
        case S_IFREG: self = .regular
        case S_IFDIR: self = .directory
        case S_IFLNK: self = .symbolicLink
        default: self = .other
        }
    }
}

/// Paths as the system resolves them.
package enum FilePaths {
    /// The absolute path with all links resolved.
    package static func resolved(_ path: String) throws(FileError) -> String {
        // Safety: the call returns memory of its own, which is copied and freed here.
        guard let resolved = unsafe SystemPath.withBytes(of: path, { unsafe realpath($0, nil) }) else {
            throw .system(path: path, code: errno)
        }
        defer { unsafe free(resolved) }
        return unsafe SystemPath.text(resolved)
    }

    /// The absolute path without `.` and `..`; links stay unresolved.
    package static func absolute(_ path: String) throws(FileError) -> String {
        var full = path
        if !path.hasPrefix("/") {
            // Safety: the call returns memory of its own, which is copied and freed here.
            guard let directory = unsafe getcwd(nil, 0) else { throw .system(path: path, code: errno) }
            defer { unsafe free(directory) }
            full = unsafe SystemPath.text(directory) + "/" + path
        }
        var parts: [Substring] = []
        for part in full.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
