import Glibc

/// Why a file or directory could not be read or written.
package enum FileError: Error, Sendable, Equatable {
    /// The system refused; `code` is its `errno`.
    case system(path: String, code: Int32)
    /// The file is longer than the reader takes, in bytes.
    case tooLarge(path: String, limit: Int)
    /// A pipe, a device, a socket or a directory stands where a file is expected; reading it might never end.
    case notRegular(path: String)
    /// What was read was replaced while it was read, each time it was tried.
    case keptChanging(path: String)
    /// Something else stands where the file or directory was seen when its directory was listed.
    case replaced(path: String)
}

extension FileError: CustomStringConvertible {
    /// `PATH: what`, in the system's words.
    package var description: String { "\(path): \(reason)" }

    /// What could not be read or written.
    package var path: String {
        switch self {
        case .system(let path, _), .tooLarge(let path, _), .notRegular(let path), .keptChanging(let path), .replaced(let path): path
        }
    }

    /// What is wrong, in the system's words, without the path.
    package var reason: String {
        switch self {
        case .system(let path, let code):
            // A name that is not valid UTF-8 was read with U+FFFD in its place, and no file has that name.
            if code == ENOENT, path.unicodeScalars.contains("\u{FFFD}") { return "its name is not valid UTF-8; rename it" }
            // Safety: the call returns a string of the system's that lives until the next call on this thread; it is copied at once.
            return unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        case .tooLarge(_, let limit): return "larger than \(limit) bytes"
        case .notRegular: return "not a regular file"
        case .keptChanging: return "kept changing while it was read"
        case .replaced: return "replaced since its directory was listed"
        }
    }
}

/// Why files that were read cannot be put in force.
package struct RejectedFiles: Error, Sendable, Equatable {
    /// What is wrong, at least one line, such as `FILE:LINE:COLUMN: what`.
    package let lines: [String]
    /// The digest of what was read, by which one refusal is told from the next; empty when nothing could be.
    package let sha256: String

    /// Says what is wrong.
    package init(lines: [String], sha256: String = "") {
        self.lines = lines
        self.sha256 = sha256
    }

    /// One line: the first error, and how many more there are.
    package var summary: String {
        guard let first = lines.first else { return "no reason given" }
        return lines.count == 1 ? first : "\(first) (and \(lines.count - 1) more in the log)"
    }
}
