/// Files that belong together, such as a certificate and its key.
package enum FileGroup {
    /// Reads all of them; those in one directory as of one moment, as ``DirectorySnapshot`` has it.
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

    /// Reads files of one directory; an error of the directory is one of the file `path`.
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
