import Glibc

/// Lists directories.
package enum Directory {
    /// Whether a path leads to a directory, through symbolic links.
    package static func exists(at path: String) -> Bool {
        var facts = stat()
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        guard unsafe SystemPath.withBytes(of: path, { unsafe stat($0, &facts) }) == 0 else { return false }
        return facts.st_mode & S_IFMT == S_IFDIR
    }

    /// The names in a directory without `.` and `..`, sorted by their bytes.
    package static func names(in path: String) throws(FileError) -> [String] {
        // Safety: the call reads the path's bytes; who gets the stream owns it.
        guard let stream = unsafe SystemPath.withBytes(of: path, { unsafe opendir($0) }) else { throw .system(path: path, code: errno) }
        return try unsafe names(readingToEnd: stream, of: path)
    }

    /// The names in an open directory without `.` and `..`, sorted by their bytes; `path` is its name in errors.
    static func names(inOpen descriptor: Int32, path: String) throws(FileError) -> [String] {
        // A new descriptor, because streams of one descriptor share their position.
        // Safety: the call reads the path's bytes.
        let copy = unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { throw .system(path: path, code: errno) }
        return try names(takingOver: copy, path: path)
    }

    /// The names in an open directory without `.` and `..`, sorted by their bytes; closes the directory; `path` is its name in errors.
    static func names(takingOver descriptor: Int32, path: String) throws(FileError) -> [String] {
        // Safety: the stream takes the descriptor over; who gets the stream owns it.
        guard let stream = unsafe fdopendir(descriptor) else {
            let code = errno
            close(descriptor)
            throw .system(path: path, code: code)
        }
        return try unsafe names(readingToEnd: stream, of: path)
    }

    // Safety: the caller gives up the stream, which is used on this thread only and closed here.
    @unsafe
    private static func names(readingToEnd stream: OpaquePointer, of path: String) throws(FileError) -> [String] {
        // Safety: the stream is open and not used afterwards.
        defer { unsafe _ = closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            // Safety: the entry belongs to the stream and is read before the next call.
            guard let entry = unsafe readdir(stream) else { break }
            // Safety: `d_name` ends in a zero byte inside the entry.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe SystemPath.text($0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw .system(path: path, code: errno) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
