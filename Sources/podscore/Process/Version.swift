/// The version of the program.
enum Version {
    /// The release, or the next one with the suffix `-dev`.
    static let text = "0.1.0-dev"

    /// The name of the program for API servers, in the form of kubectl.
    static var userAgent: String {
        #if arch(arm64)
            let architecture = "arm64"
        #else
            let architecture = "amd64"
        #endif
        return "podscore/\(text) (linux/\(architecture))"
    }
}
