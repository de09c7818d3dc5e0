import Glibc

/// Decides after each check of files whether to read them again.
///
/// Changed files are read when the next check sees no further change, so that a file is not read while it is written. Files that keep
/// changing are read after ``unsettledLookLimit`` checks. `Look` is ``FileLook``; tests use their own.
package struct ChangeDetector<Look: Equatable & Sendable>: Sendable {
    /// The action after a check.
    package enum Action: Sendable, Equatable {
        /// Nothing has changed, or the change is not complete.
        case wait
        /// Read the files; `isRetry` after ``retryAtNextLook()``.
        case read(isRetry: Bool)
    }

    /// The number of consecutive checks with a change after which the files are read anyway.
    package static var unsettledLookLimit: Int { 10 }

    /// The state of the files when they were last read.
    private var known: Look
    /// The last different state, and the number of checks since the first difference from ``known``.
    private var unsettled: (look: Look, count: Int)?
    private var retries = false

    /// Starts with the state of the files before they were first read.
    package init(knowing look: Look) {
        known = look
    }

    /// Adds the next check.
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

    /// Requests a read after the next check, even without a change.
    package mutating func retryAtNextLook() {
        retries = true
    }

    private mutating func read(as look: Look, isRetry: Bool) -> Action {
        known = look
        unsettled = nil
        return .read(isRetry: isRetry)
    }
}

/// The state of files and directories without their contents; two states are equal if nothing changed.
///
/// The state has the target of each path, through all symbolic links, with inode, size and times; for a directory also its direct entries.
package struct FileLook: Sendable, Equatable {
    /// The state of one path.
    private struct Entry: Sendable, Equatable {
        let path: String
        let resolvedPath: String
        /// Device, inode, kind and permissions, size, and the seconds and nanoseconds of the modification and status times; only `errno` if
        /// the path cannot be inspected.
        let facts: [Int64]
    }

    private let entries: [Entry]

    /// Inspects the paths, and the entries of directories.
    package init(at paths: [String]) {
        entries = paths.flatMap { path in
            // A directory that cannot be listed gets another state when it can.
            let names = Directory.exists(at: path) ? (try? Directory.names(in: path)) ?? [] : []
            return [Self.entry(at: path)] + names.map { Self.entry(at: path + "/" + $0) }
        }
    }

    private static func entry(at path: String) -> Entry {
        var facts = stat()
        // Safety: the call reads the path's bytes and writes one `stat`, which lives until it returns.
        guard unsafe SystemPath.withBytes(of: path, { unsafe stat($0, &facts) }) == 0 else {
            return Entry(path: path, resolvedPath: "", facts: [Int64(errno)])
        }
        return Entry(
            path: path,
            resolvedPath: (try? FilePaths.resolved(path)) ?? "",
            facts: [
                Int64(truncatingIfNeeded: facts.st_dev), Int64(truncatingIfNeeded: facts.st_ino), Int64(facts.st_mode),
                Int64(facts.st_size), Int64(facts.st_mtim.tv_sec), Int64(facts.st_mtim.tv_nsec), Int64(facts.st_ctim.tv_sec),
                Int64(facts.st_ctim.tv_nsec),
            ]
        )
    }
}
