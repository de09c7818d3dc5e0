import Glibc

/// A directory opened once, so that all that is read through it belongs together.
///
/// A mounted ConfigMap or Secret shows each file as a symbolic link through `..data`, and changes all of them at once by letting `..data`
/// lead to another directory. Here that link is followed once, when the directory is opened: later reads see what it led to then.
/// Source: <https://github.com/kubernetes/kubernetes/blob/v1.31.0/pkg/volume/util/atomic_writer.go#L60-L120>
package struct DirectorySnapshot: ~Copyable {
    /// The directory, as it was named.
    package let path: String
    private let directory: Int32
    /// What `..data` led to; `nil` in a directory that is none of Kubernetes' mounts.
    private let mounted: Int32?

    /// The name of the link that a mounted ConfigMap or Secret swaps.
    private static let mountedName = "..data"

    /// Opens a directory, through symbolic links.
    package init(_ path: String) throws(FileError) {
        self.path = path
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        // Safety: the calls read the paths' bytes and keep no pointer.
        directory = unsafe open(path, flags)
        guard directory >= 0 else { throw .system(path: path, code: errno) }
        let mounted = unsafe openat(directory, Self.mountedName, flags)
        self.mounted = mounted >= 0 ? mounted : nil
    }

    deinit {
        close(directory)
        if let mounted { close(mounted) }
    }

    /// What stands in the directory, sorted by bytes; names that begin with `..` are how a mount is made and left out.
    package func names() throws(FileError) -> [String] {
        var names = try Directory.names(inOpen: directory, path: path).filter { !$0.utf8.starts(with: "..".utf8) }
        guard let mounted else { return names }
        // The links in front are made and removed after the swap, so what they lead to counts.
        names.removeAll { mountedTarget(of: $0) != nil }
        names += try Directory.names(inOpen: mounted, path: path).filter { !$0.utf8.starts(with: "..".utf8) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Whether a name leads to a directory.
    package func isDirectory(_ name: String) -> Bool {
        let (origin, target) = place(of: name)
        var facts = stat()
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        return unsafe fstatat(origin, target, &facts, 0) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// Reads a file to its end; never waits for a pipe or a device.
    ///
    /// - Parameters:
    ///   - name: the file's name in the directory.
    ///   - path: what errors call it; its path below that of the directory when there is none.
    ///   - byteLimit: its greatest length.
    /// - Returns: its bytes.
    /// - Throws: ``FileError``, which also says that it is no file, or too large.
    package func read(_ name: String, named path: String? = nil, byteLimit: Int) throws(FileError) -> [UInt8] {
        let (origin, target) = place(of: name)
        return try FileContents.readRegular(target, in: origin, named: path ?? filePath(name), byteLimit: byteLimit)
    }

    /// The path of a file in the directory, as messages name it.
    package func filePath(_ name: String) -> String {
        path.utf8.last == UInt8(ascii: "/") ? path + name : path + "/" + name
    }

    /// Whether the directory's path still leads to what was opened; when it does not, files may have been removed while they were read.
    package var isCurrent: Bool {
        guard Self.identity(AT_FDCWD, path) == Self.identity(directory, ".") else { return false }
        return Self.identity(directory, Self.mountedName) == mounted.flatMap { Self.identity($0, ".") }
    }

    /// Where a name is looked up: in what `..data` led to, for a link through it.
    private func place(of name: String) -> (directory: Int32, name: String) {
        guard let mounted else { return (directory, name) }
        if let target = mountedTarget(of: name) { return (mounted, target) }
        return Self.identity(directory, name) == nil ? (mounted, name) : (directory, name)
    }

    /// What follows `..data/` in the link of that name; `nil` where there is no such link.
    private func mountedTarget(of name: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        // Safety: the call writes at most as many bytes as the buffer has, which lives until it returns.
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe bytes.baseAddress.map { unsafe readlinkat(directory, name, $0, bytes.count) } ?? 0
        }
        let prefix = (Self.mountedName + "/").utf8
        guard count > prefix.count, buffer.starts(with: prefix) else { return nil }
        return String(decoding: buffer[prefix.count..<count], as: UTF8.self)
    }

    /// What tells a file from all others; `nil` where the path leads nowhere.
    private static func identity(_ directory: Int32, _ path: String) -> [UInt64]? {
        var facts = stat()
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        guard unsafe fstatat(directory, path, &facts, 0) == 0 else { return nil }
        return [UInt64(facts.st_dev), UInt64(facts.st_ino)]
    }
}

extension DirectorySnapshot {
    /// How often a directory that is replaced while it is read is read again.
    private static let attemptLimit = 5

    /// Reads what belongs together: opens the directory, reads, and begins anew when it was replaced meanwhile.
    ///
    /// Throws ``FileError/keptChanging(path:)`` when it was replaced each time.
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
