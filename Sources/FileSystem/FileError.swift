import Glibc

/// Why a file or directory could not be read or written.
package enum FileError: Error, Sendable, Equatable {
    /// The system refused; `code` is its `errno`.
    case system(path: String, code: Int32)
    /// The file is longer than the reader takes, in bytes.
    case tooLarge(path: String, limit: Int)
}

extension FileError: CustomStringConvertible {
    /// `PATH: what`, in the system's words.
    package var description: String {
        switch self {
        case .system(let path, let code):
            // Safety: the call returns a string of the system's that lives until the next call on this thread; it is copied at once.
            let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
            return "\(path): \(reason)"
        case .tooLarge(let path, let limit):
            return "\(path): larger than \(limit) bytes"
        }
    }
}
