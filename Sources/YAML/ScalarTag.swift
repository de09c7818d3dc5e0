/// The tags that decide the type of a scalar; under any other tag a scalar is a string.
enum ScalarTag: String {
    case str, bool, int, float, null, timestamp, binary

    /// What the names of YAML's own tags begin with.
    static let prefix = "tag:yaml.org,2002:"

    /// Takes a tag written out in full; `nil` for tags of other origin.
    init?(parsing name: String) {
        guard name.utf8.starts(with: Self.prefix.utf8) else { return nil }
        self.init(rawValue: String(decoding: name.utf8.dropFirst(Self.prefix.utf8.count), as: UTF8.self))
    }

    /// The tag written out in full.
    var name: String { Self.prefix + rawValue }

    /// The tag as it stands in documents.
    var shortName: String { "!!" + rawValue }

    /// Resolves a text under this tag; `nil` when it is no value of that type.
    func accept(_ text: Span<UInt8>) -> ResolvedScalar? {
        let resolved = ScalarResolver.resolve(text)
        return switch (self, resolved) {
        case (.str, _), (.binary, _): .string
        case (.timestamp, .string): Self.beginsLikeDate(text) ? .string : nil
        case (.bool, .bool), (.null, .null), (.int, .integer), (.int, .unsigned), (.float, .float), (.float, .integer): resolved
        case (.timestamp, _), (.bool, _), (.null, _), (.int, _), (.float, _): nil
        }
    }

    /// Tells whether a text begins with a year and a hyphen, as every timestamp does; the rest is the reader's business.
    private static func beginsLikeDate(_ text: Span<UInt8>) -> Bool {
        guard text.count > 4, text[4] == UInt8(ascii: "-") else { return false }
        for index in 0..<4 where text[index] &- UInt8(ascii: "0") > 9 { return false }
        return true
    }
}
