import Glibc

/// What can stand at a path.
package enum FileKind: Sendable, Equatable {
    case regular
    case directory
    case symbolicLink
    /// A pipe, a socket or a device; reading it might never end.
    case other

    /// What a path leads to in the end.
    package static func ofTarget(at path: String) throws(FileError) -> Self {
        var facts = stat()
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        guard unsafe stat(path, &facts) == 0 else { throw .system(path: path, code: errno) }
        return Self(facts)
    }

    /// Reads it from the system's facts.
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
    /// The absolute path without links to which a path leads.
    package static func resolved(_ path: String) throws(FileError) -> String {
        // Safety: the call returns memory of its own, which is copied and freed here.
        guard let resolved = unsafe realpath(path, nil) else { throw .system(path: path, code: errno) }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// The absolute path, links kept, without `.` and `..` where they can be taken out by their looks.
    package static func absolute(_ path: String) throws(FileError) -> String {
        var full = path
        if !path.hasPrefix("/") {
            // Safety: the call returns memory of its own, which is copied and freed here.
            guard let directory = unsafe getcwd(nil, 0) else { throw .system(path: path, code: errno) }
            defer { unsafe free(directory) }
            full = unsafe String(cString: directory) + "/" + path
        }
        var parts: [Substring] = []
        for part in full.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
