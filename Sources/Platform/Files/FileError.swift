import Glibc

/// Why a file or directory cannot be read or written.
package enum FileError: Error, Sendable, Equatable {
    /// The system refused; `code` is its `errno`.
    case system(path: String, code: Int32)
    /// The file is larger than the limit, in bytes.
    case tooLarge(path: String, limit: Int)
    /// The path leads to a pipe, device, socket or directory; reading it may never end.
    case notRegular(path: String)
    /// The directory was replaced during every attempt to read it.
    case keptChanging(path: String)
    /// The file or directory was replaced after its directory was listed.
    case replaced(path: String)
    /// The content is no longer the one that was read.
    case changed(path: String)
}

extension FileError: CustomStringConvertible {
    /// `PATH: reason`, in the system's words.
    package var description: String { "\(SystemPath.display(path)): \(reason)" }

    /// The path that cannot be read or written.
    package var path: String {
        switch self {
        case .system(let path, _), .tooLarge(let path, _), .notRegular(let path), .keptChanging(let path), .replaced(let path),
            .changed(let path):
            path
        }
    }

    /// Whether the path, or the target of a link, does not exist.
    package var isMissingFile: Bool {
        if case .system(_, let code) = self { code == ENOENT || code == ELOOP || code == ENOTDIR } else { false }
    }

    /// The reason in the system's words, without the path.
    package var reason: String {
        switch self {
        case .system(_, let code): return SystemError.words(for: code)
        case .tooLarge(_, let limit): return "larger than \(limit) bytes"
        case .notRegular: return "not a regular file"
        case .keptChanging: return "kept changing while it was read"
        case .replaced: return "replaced since its directory was listed"
        case .changed: return "it changed while it was being fixed"
        }
    }
}

/// Why the contents of files are rejected.
package struct RejectedFiles: Error, Sendable, Equatable {
    /// The problems, at least one line, such as `FILE:LINE:COLUMN: problem`.
    package let lines: [String]
    /// The digest of the contents, which identifies the rejection; empty if nothing could be read.
    package let sha256: String

    /// A rejection with these problems.
    package init(lines: [String], sha256: String = "") {
        self.lines = lines
        self.sha256 = sha256
    }

    /// The first problem, and the number of others, in one line.
    package var summary: String {
        guard let first = lines.first else { return "no reason given" }
        return lines.count == 1 ? first : "\(first) (and \(lines.count - 1) more in the log)"
    }
}
