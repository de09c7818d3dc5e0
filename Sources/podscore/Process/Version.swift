/// The version of the program.
enum Version {
    /// The release, or the next one with the suffix `-dev`.
    static let text = "0.1.0-dev"
}
