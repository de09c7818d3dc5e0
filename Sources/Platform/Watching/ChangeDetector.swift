import Glibc

/// Decides from one look at files to the next when to read them again.
///
/// A change is acted upon when the look after it sees the same, so that a file is not read while somebody writes it; files that never come
/// to rest are read after ``unsettledLookLimit`` looks. `Look` is ``FileLook``; tests use their own.
package struct ChangeDetector<Look: Equatable & Sendable>: Sendable {
    /// What to do after a look.
    package enum Action: Sendable, Equatable {
        /// Nothing changed, or not for good.
        case wait
        /// Read the files; `isRetry` when that was asked for with ``retryAtNextLook()``.
        case read(isRetry: Bool)
    }

    /// Looks in a row that may see something new before the files are read all the same.
    package static var unsettledLookLimit: Int { 10 }

    /// The look after which the files were read last.
    private var known: Look
    /// What was seen since, and how many looks ago it was first something else than ``known``.
    private var unsettled: (look: Look, count: Int)?
    private var retries = false

    /// Begins with the look that was taken before the files were first read.
    package init(knowing look: Look) {
        known = look
    }

    /// Takes the next look in.
    package mutating func looked(_ look: Look) -> Action {
        if retries {
            retries = false
            return read(as: look, isRetry: true)
        }
        guard look != known else {
            unsettled = nil
            return .wait
        }
        let count = (unsettled?.count ?? 0) + 1
        if unsettled?.look == look || count > Self.unsettledLookLimit { return read(as: look, isRetry: false) }
        unsettled = (look, count)
        return .wait
    }

    /// Has the files read after the next look, whatever it sees.
    package mutating func retryAtNextLook() {
        retries = true
    }

    private mutating func read(as look: Look, isRetry: Bool) -> Action {
        known = look
        unsettled = nil
        return .read(isRetry: isRetry)
    }
}

/// What one look at files and directories saw of them, without reading any: two looks that saw the same are equal.
///
/// Seen are where the paths lead, through all symbolic links, and there inode, size and times; of a directory also what stands directly in it.
package struct FileLook: Sendable, Equatable {
    /// What was seen at one path.
    private struct Entry: Sendable, Equatable {
        let path: String
        let resolvedPath: String
        /// Device, inode, kind and permissions, size, and the seconds and nanoseconds of the two times that writing changes; `errno` alone
        /// where nothing could be seen.
        let facts: [Int64]
    }

    private let entries: [Entry]

    /// Looks at the paths, and into those that are directories.
    package init(at paths: [String]) {
        entries = paths.flatMap { path in
            // What cannot be listed changes its own facts when it can.
            let names = Directory.exists(at: path) ? (try? Directory.names(in: path)) ?? [] : []
            return [Self.entry(at: path)] + names.map { Self.entry(at: path + "/" + $0) }
        }
    }

    private static func entry(at path: String) -> Entry {
        var facts = stat()
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        guard unsafe stat(path, &facts) == 0 else { return Entry(path: path, resolvedPath: "", facts: [Int64(errno)]) }
        return Entry(
            path: path,
            resolvedPath: resolved(path),
            facts: [
                Int64(truncatingIfNeeded: facts.st_dev), Int64(truncatingIfNeeded: facts.st_ino), Int64(facts.st_mode),
                Int64(facts.st_size), Int64(facts.st_mtim.tv_sec), Int64(facts.st_mtim.tv_nsec), Int64(facts.st_ctim.tv_sec),
                Int64(facts.st_ctim.tv_nsec),
            ]
        )
    }

    private static func resolved(_ path: String) -> String {
        // Safety: the call returns memory of its own, which is copied and freed here.
        guard let resolved = unsafe realpath(path, nil) else { return "" }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
