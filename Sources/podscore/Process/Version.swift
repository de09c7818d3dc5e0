/// Which program this is.
enum Version {
    /// The release, or what the next one will be.
    static let text = "0.1.0-dev"
}
