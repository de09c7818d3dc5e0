import Glibc

/// The errors of the system.
package enum SystemError {
    /// The system's words for an error number, such as `Permission denied`.
    package static func words(for code: Int32) -> String {
        // Safety: the call returns a string of the system's that lives until the next call on this thread; it is copied at once.
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
