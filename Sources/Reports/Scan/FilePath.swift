/// Paths as annotations and baselines have them.
enum FilePath {
    /// Returns a path without leading `./`.
    static func withoutDots(_ path: String) -> String {
        var rest = Substring(path)
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        return String(rest)
    }
}
