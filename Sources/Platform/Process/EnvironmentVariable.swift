import Glibc

/// The variables that the process was started with.
package enum EnvironmentVariable {
    /// A variable's text; `nil` when it is not set.
    package static func named(_ name: String) -> String? {
        // Safety: nobody changes the environment once the program runs, so the text stays while it is copied.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
