import Glibc

/// A directory that is opened once, so that all files read through it are from one moment.
///
/// In a mounted ConfigMap or Secret, each file is a symbolic link through `..data`, and all files change at once when `..data` gets another
/// target. A snapshot follows that link once, when it opens the directory, so later reads use the same target.
/// Source: <https://github.com/kubernetes/kubernetes/blob/v1.31.0/pkg/volume/util/atomic_writer.go#L60-L120>
package struct DirectorySnapshot: ~Copyable {
    /// The path of the directory, as given.
    package let path: String
    private let directory: Int32
    /// The target of `..data`; `nil` in a directory that is not a mount of Kubernetes.
    private let mounted: Int32?

    /// The name of the link that a mounted ConfigMap or Secret swaps.
    private static let mountedName = "..data"

    /// Opens a directory, through symbolic links.
    package init(_ path: String) throws(FileError) {
        self.path = path
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        // Safety: the calls read the paths' bytes and keep no pointer.
        directory = unsafe SystemPath.withBytes(of: path) { unsafe open($0, flags) }
        guard directory >= 0 else { throw .system(path: path, code: errno) }
        let mounted = unsafe openat(directory, Self.mountedName, flags)
        self.mounted = mounted >= 0 ? mounted : nil
    }

    deinit {
        close(directory)
        if let mounted { close(mounted) }
    }

    /// The names in the directory, sorted by bytes, without those that begin with `..`, which belong to the mount itself.
    package func names() throws(FileError) -> [String] {
        var names = try Directory.names(inOpen: directory, path: path).filter { !$0.utf8.starts(with: "..".utf8) }
        guard let mounted else { return names }
        // The visible links are made and removed after the swap, so the names in their target count.
        names.removeAll { mountedTarget(of: $0) != nil }
        names += try Directory.names(inOpen: mounted, path: path).filter { !$0.utf8.starts(with: "..".utf8) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Whether a name leads to a directory.
    package func isDirectory(_ name: String) -> Bool {
        let (origin, target) = place(of: name)
        var facts = stat()
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        return unsafe SystemPath.withBytes(of: target, { unsafe fstatat(origin, $0, &facts, 0) }) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// Reads a whole file; never waits for a pipe or a device.
    ///
    /// - Parameters:
    ///   - name: the file's name in the directory.
    ///   - path: its name in errors; by default, its path below the directory.
    ///   - byteLimit: its maximum size.
    /// - Returns: its bytes.
    /// - Throws: ``FileError``, also if it is not a file or is too large.
    package func read(_ name: String, named path: String? = nil, byteLimit: Int) throws(FileError) -> [UInt8] {
        let (origin, target) = place(of: name)
        return try FileContents.readRegular(target, in: origin, named: path ?? filePath(name), byteLimit: byteLimit)
    }

    /// The path of a file in the directory, as messages name it.
    package func filePath(_ name: String) -> String {
        path.utf8.last == UInt8(ascii: "/") ? path + name : path + "/" + name
    }

    /// Whether the path still leads to the opened directory; if not, files may have been removed while they were read.
    package var isCurrent: Bool {
        guard Self.identity(AT_FDCWD, path) == Self.identity(directory, ".") else { return false }
        return Self.identity(directory, Self.mountedName) == mounted.flatMap { Self.identity($0, ".") }
    }

    /// The directory and name for a lookup; a link through `..data` is looked up in its target.
    private func place(of name: String) -> (directory: Int32, name: String) {
        guard let mounted else { return (directory, name) }
        if let target = mountedTarget(of: name) { return (mounted, target) }
        return Self.identity(directory, name) == nil ? (mounted, name) : (directory, name)
    }

    /// The path after `..data/` in the link of that name; `nil` if there is no such link.
    private func mountedTarget(of name: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        // Safety: the call writes at most as many bytes as the buffer has, which lives until it returns.
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe bytes.baseAddress.map { start in
                unsafe SystemPath.withBytes(of: name) { unsafe readlinkat(directory, $0, start, bytes.count) }
            } ?? 0
        }
        let prefix = (Self.mountedName + "/").utf8
        guard count > prefix.count, buffer.starts(with: prefix) else { return nil }
        // Safety: the bytes of the buffer end with a zero, because the link is shorter than the buffer.
        return unsafe Array(buffer[prefix.count..<count] + [0]).withUnsafeBytes { bytes in
            unsafe bytes.assumingMemoryBound(to: CChar.self).baseAddress.map { unsafe SystemPath.text($0) } ?? ""
        }
    }

    /// The device and inode of a file; `nil` if the path does not exist.
    private static func identity(_ directory: Int32, _ path: String) -> [UInt64]? {
        var facts = stat()
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        guard unsafe SystemPath.withBytes(of: path, { unsafe fstatat(directory, $0, &facts, 0) }) == 0 else { return nil }
        return [UInt64(facts.st_dev), UInt64(facts.st_ino)]
    }
}

extension DirectorySnapshot {
    /// The number of attempts to read a directory that is replaced while it is read.
    private static let attemptLimit = 5

    /// Reads files from one moment: opens the directory, reads, and starts again if it was replaced in the meantime.
    ///
    /// Throws ``FileError/keptChanging(path:)`` if it was replaced every time.
    package static func reading<Result>(
        _ path: String,
        _ body: (borrowing DirectorySnapshot) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        for _ in 0..<attemptLimit {
            let snapshot = try DirectorySnapshot(path)
            do throws(FileError) {
                let result = try body(snapshot)
                if snapshot.isCurrent { return result }
            } catch {
                if snapshot.isCurrent { throw error }
            }
        }
        throw .keptChanging(path: path)
    }
}
