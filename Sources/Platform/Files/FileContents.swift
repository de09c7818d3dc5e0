import Glibc

/// Reads a whole file; a closure, so that tests can give files of their own.
package typealias FileReader = @Sendable (_ path: String) throws(FileError) -> [UInt8]

/// Reads whole files.
package enum FileContents {
    /// The size of one read, in bytes.
    private static let chunk = 64 * 1024

    /// Reads a whole file, pipe or device.
    ///
    /// Throws if it is longer than the limit, in bytes, without reading more than that.
    package static func read(_ path: String, byteLimit: Int) throws(FileError) -> [UInt8] {
        // Safety: the call reads the path's bytes and keeps no pointer.
        let descriptor = unsafe SystemPath.withBytes(of: path) { unsafe open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
        guard descriptor >= 0 else { throw .system(path: path, code: errno) }
        defer { close(descriptor) }
        return try read(descriptor, named: path, byteLimit: byteLimit)
    }

    /// Reads a whole file that was found in a directory; never waits for a pipe or a device.
    ///
    /// Throws ``FileError/replaced(path:)`` if it is no longer the file that was found. `beforeOpening` is called between the last check and
    /// the opening, for tests.
    package static func read(_ file: FoundFile, byteLimit: Int, beforeOpening: () -> Void = {}) throws(FileError) -> [UInt8] {
        let descriptor = try file.seen.open(at: file.location, named: file.path, flags: 0, beforeOpening: beforeOpening)
        defer { close(descriptor) }
        return try read(descriptor, named: file.path, byteLimit: byteLimit)
    }

    /// Reads a whole file; never waits for a pipe or a device.
    ///
    /// Throws ``FileError/notRegular(path:)`` if it is not a file.
    package static func readRegular(_ path: String, byteLimit: Int) throws(FileError) -> [UInt8] {
        try readRegular(path, in: AT_FDCWD, named: path, byteLimit: byteLimit)
    }

    /// Reads a whole file relative to an open directory; `name` is its name in errors.
    static func readRegular(_ path: String, in directory: Int32, named name: String, byteLimit: Int) throws(FileError) -> [UInt8] {
        var facts = stat()
        // Checked before it is opened, because opening alone affects some devices.
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        guard unsafe SystemPath.withBytes(of: path, { unsafe fstatat(directory, $0, &facts, 0) }) == 0 else {
            throw .system(path: name, code: errno)
        }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: name) }
        // Safety: the call reads the path's bytes and keeps no pointer.
        let descriptor = unsafe SystemPath.withBytes(of: path) {
            unsafe openat(directory, $0, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
        }
        guard descriptor >= 0 else { throw .system(path: name, code: errno) }
        defer { close(descriptor) }
        // Safety: the call writes one `stat`, which lives until it returns.
        guard unsafe fstat(descriptor, &facts) == 0 else { throw .system(path: name, code: errno) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: name) }
        return try read(descriptor, named: name, byteLimit: byteLimit)
    }

    /// Reads all of standard input.
    package static func readStandardInput(byteLimit: Int) throws(FileError) -> [UInt8] {
        try read(STDIN_FILENO, named: "standard input", byteLimit: byteLimit)
    }

    /// Reads a file, pipe or device chunk by chunk, or standard input if there is no path; a closure returns `false` to stop.
    package static func forEachChunk(of path: String?, _ use: (Span<UInt8>) -> Bool) throws(FileError) {
        guard let path else { return try forEachChunk(of: STDIN_FILENO, named: "standard input", use) }
        // Safety: the call reads the path's bytes and keeps no pointer.
        let descriptor = unsafe SystemPath.withBytes(of: path) { unsafe open($0, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
        guard descriptor >= 0 else { throw .system(path: path, code: errno) }
        defer { close(descriptor) }
        try forEachChunk(of: descriptor, named: path, use)
    }

    private static func forEachChunk(of descriptor: Int32, named name: String, _ use: (Span<UInt8>) -> Bool) throws(FileError) {
        var buffer = [UInt8](repeating: 0, count: chunk)
        while true {
            // Safety: the pointer is used inside of the closure only, with the buffer's own count.
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(path: name, code: errno) }
            guard count > 0, use(buffer.span.extracting(0..<count)) else { return }
        }
    }

    /// Reads a descriptor to its end; `name` is its name in errors.
    static func read(_ descriptor: Int32, named name: String, byteLimit: Int) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(size(of: descriptor), byteLimit) + 1)
        var buffer = [UInt8](repeating: 0, count: chunk)
        while true {
            // Safety: the pointer is used inside of the closure only, with the buffer's own count.
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(path: name, code: errno) }
            guard count > 0 else { return bytes }
            guard bytes.count + count <= byteLimit else { throw .tooLarge(path: name, limit: byteLimit) }
            bytes.append(contentsOf: buffer[..<count])
        }
    }

    /// The size that the system reports, in bytes; 0 if it reports none.
    private static func size(of descriptor: Int32) -> Int {
        var facts = stat()
        // Safety: the call writes one `stat`, which lives until it returns.
        guard unsafe fstat(descriptor, &facts) == 0 else { return 0 }
        return max(0, Int(facts.st_size))
    }
}

/// Files that belong together, such as a certificate and its key.
package enum FileGroup {
    /// Reads all files; those in one directory are from one moment, see ``DirectorySnapshot``.
    ///
    /// - Returns: the contents in the order of the paths.
    package static func read(_ paths: [String], byteLimit: Int) throws(FileError) -> [[UInt8]] {
        var contents = Array(repeating: [UInt8](), count: paths.count)
        var left = paths.enumerated().map { Member(index: $0.offset, path: $0.element) }
        while let first = left.first {
            let directory = first.directory
            let inside = left.filter { $0.directory.utf8.elementsEqual(directory.utf8) }
            left.removeAll { $0.directory.utf8.elementsEqual(directory.utf8) }
            let read = try reading(inside, in: directory, namedInErrors: first.path, byteLimit: byteLimit)
            for (member, bytes) in zip(inside, read) { contents[member.index] = bytes }
        }
        return contents
    }

    /// Reads files of one directory; reports an error of the directory as one of the file `path`.
    private static func reading(
        _ members: [Member],
        in directory: String,
        namedInErrors path: String,
        byteLimit: Int
    ) throws(FileError) -> [[UInt8]] {
        do throws(FileError) {
            return try DirectorySnapshot.reading(directory) { snapshot throws(FileError) in
                var read: [[UInt8]] = []
                for member in members { read.append(try snapshot.read(member.name, named: member.path, byteLimit: byteLimit)) }
                return read
            }
        } catch .system(directory, let code) {
            throw .system(path: path, code: code)
        } catch .keptChanging {
            throw .keptChanging(path: path)
        }
    }

    /// One of the files.
    private struct Member {
        let index: Int
        let path: String
        let directory: String
        let name: String

        init(index: Int, path: String) {
            self.index = index
            self.path = path
            let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
            name = slash.map { String(path[path.index(after: $0)...]) } ?? path
            directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        }
    }
}
