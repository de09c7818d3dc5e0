import Glibc

/// A file that was found in a directory; it is read only if it is still the same file.
package struct FoundFile: Sendable, Equatable {
    /// The path where it was found, which may be a link.
    package let path: String
    /// The path of the file, links resolved.
    let location: String
    /// The identity of the file.
    let seen: FileEntry

    /// Remembers a regular file at `location`, to which `path` leads; `nil` if it is not a regular file.
    package init?(_ path: String, at location: String, seen: FileEntry) {
        guard seen.kind == .regular else { return nil }
        self.path = path
        self.location = location
        self.seen = seen
    }
}

/// A directory of a search; it is read only if it is still the same directory.
package struct FoundDirectory: Sendable {
    /// The path of the directory, for messages.
    package let path: String
    /// The path of the directory, links resolved.
    package let location: String
    private let seen: FileEntry

    /// Inspects a directory on the command line, through links.
    package init(named path: String) throws(FileError) {
        self.path = path
        location = try FilePaths.resolved(path)
        seen = try FileEntry(at: location)
    }

    /// A directory that was found in another one.
    package init(_ name: String, in parent: Self, seen: FileEntry) {
        path = parent.path(of: name)
        location = parent.location(of: name)
        self.seen = seen
    }

    /// The names in it without `.` and `..`, sorted by their bytes.
    package func names() throws(FileError) -> [String] {
        try Directory.names(takingOver: try open(), path: path)
    }

    /// Inspects an entry of the directory without following a link.
    package func entry(_ name: String) throws(FileError) -> FileEntry {
        let descriptor = try open()
        defer { close(descriptor) }
        return try FileEntry(of: name, in: descriptor, named: path(of: name))
    }

    /// The path of an entry, for messages.
    package func path(of name: String) -> String { Self.joined(path, name) }

    /// The path of an entry, links of the directory resolved.
    package func location(of name: String) -> String { Self.joined(location, name) }

    private func open() throws(FileError) -> Int32 {
        try seen.open(at: location, named: path, flags: O_DIRECTORY)
    }

    private static func joined(_ path: String, _ name: String) -> String {
        path.utf8.last == UInt8(ascii: "/") ? path + name : path + "/" + name
    }
}
