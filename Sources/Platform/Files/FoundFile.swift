import Glibc

/// A file that was found in a directory; it is read only while it is the one that was seen.
package struct FoundFile: Sendable, Equatable {
    /// Where it was found; it may be a link to the file.
    package let path: String
    /// Where the file is, links resolved.
    let location: String
    /// What stood there.
    let seen: FileEntry

    /// Remembers a regular file that was seen at `location`, to which `path` leads; `nil` for what is no file.
    package init?(_ path: String, at location: String, seen: FileEntry) {
        guard seen.kind == .regular else { return nil }
        self.path = path
        self.location = location
        self.seen = seen
    }
}

/// A directory that is walked; it is looked into only while it is the one that was seen.
package struct FoundDirectory: Sendable {
    /// The directory, as messages name it.
    package let path: String
    /// Where it is, links resolved.
    package let location: String
    private let seen: FileEntry

    /// Looks at a directory that somebody names, through links.
    package init(named path: String) throws(FileError) {
        self.path = path
        location = try FilePaths.resolved(path)
        seen = try FileEntry(at: location)
    }

    /// Steps into a directory that was seen in another.
    package init(_ name: String, in parent: Self, seen: FileEntry) {
        path = parent.path(of: name)
        location = parent.location(of: name)
        self.seen = seen
    }

    /// The names in it without `.` and `..`, sorted by their bytes.
    package func names() throws(FileError) -> [String] {
        try Directory.names(takingOver: try open(), path: path)
    }

    /// Looks at what stands in it, itself: a link is a link.
    package func entry(_ name: String) throws(FileError) -> FileEntry {
        let descriptor = try open()
        defer { close(descriptor) }
        return try FileEntry(of: name, in: descriptor, named: path(of: name))
    }

    /// The path of something in it, as messages name it.
    package func path(of name: String) -> String { Self.joined(path, name) }

    /// Where something in it is.
    package func location(of name: String) -> String { Self.joined(location, name) }

    private func open() throws(FileError) -> Int32 {
        try seen.open(at: location, named: path, flags: O_DIRECTORY)
    }

    private static func joined(_ path: String, _ name: String) -> String {
        path.utf8.last == UInt8(ascii: "/") ? path + name : path + "/" + name
    }
}
