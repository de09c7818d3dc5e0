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
    /// Something that is wrong in the files, or with them.
    package struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The position, as `FILE:LINE:COLUMN`; `nil` if the problem has none.
        package let place: String?
        /// The problem on one line, without its position.
        package let text: String

        /// A problem at a position.
        package init(at place: String? = nil, _ text: String) {
            self.place = place
            self.text = text
        }

        /// One line such as `FILE:LINE:COLUMN: text`.
        package var description: String { (place.map { "\($0): " } ?? "") + text }
    }

    /// The problems, at least one.
    package let problems: [Problem]
    /// The digest of the contents, which identifies the rejection; empty if nothing could be read.
    package let sha256: String

    /// A rejection with these problems.
    package init(_ problems: [Problem], sha256: String = "") {
        self.problems = problems
        self.sha256 = sha256
    }

    /// A rejection with one problem that has no position.
    package init(_ problem: String, sha256: String = "") {
        self.init([Problem(problem)], sha256: sha256)
    }

    /// The problems, one line each.
    package var lines: [String] { problems.map(\.description) }

    /// The first problem, and the number of others, in one line.
    package var summary: String {
        guard let first = problems.first else { return "no reason given" }
        return problems.count == 1 ? first.description : "\(first) (and \(problems.count - 1) more in the log)"
    }
}
