extension HostPath {
    /// A regular expression for what can follow a directory in the paths of some files below it and of the directories above these files.
    ///
    /// It matches the empty text for the directory itself, and otherwise begins with a slash. The paths are cleaned and relative to the directory.
    static func patternOfBeginnings(of paths: [String]) -> String {
        patternOfBeginnings(of: paths.map { $0.split(separator: "/")[...] })
    }

    private static func patternOfBeginnings(of paths: [ArraySlice<Substring>]) -> String {
        let first = paths.compactMap(\.first)
        guard !first.isEmpty else { return "" }
        let names = first.enumerated().filter { !first[..<$0.offset].contains($0.element) }.map(\.element)
        let alternatives = names.map { name in
            escaped(name) + patternOfBeginnings(of: paths.filter { $0.first == name }.map { $0.dropFirst() })
        }
        return "(/" + (alternatives.count == 1 ? alternatives[0] : "(\(alternatives.joined(separator: "|")))") + ")?"
    }

    /// A name in which dots stand for themselves; names of files in rules have no other special characters.
    private static func escaped(_ name: Substring) -> String {
        name.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "\\.")
    }
}
