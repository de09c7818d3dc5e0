import KubernetesAPI

/// A kind of text that is often stored beside manifests and that is certainly no manifest, although we cannot read it.
package enum ForeignText: Sendable {
    /// A template with `{{`, such as those of Helm.
    case template
    /// JSON with comments, such as a `tsconfig.json`.
    case commentedJSON
    /// A text without the word `kind`.
    case withoutKind

    /// Recognizes a part of a text that is invalid; `nil` if it may be a manifest.
    ///
    /// kubectl creates every document that it can parse. So this recognizes only texts that kubectl cannot parse, or that have no kind for
    /// any reader.
    init?(_ range: Range<Int>, of bytes: [UInt8], after error: ManifestError) {
        let text = bytes[range]
        let isUnparsable = error.isAboutSyntax
        if isUnparsable, Self.hasTemplateAction(text) || Self.hasTemplateAction(Self.restOfLine(in: bytes[range.upperBound...])) {
            self = .template
        } else if isUnparsable, error.isAboutJSON, Self.hasComment(text) {
            self = .commentedJSON
        } else if isUnparsable || error.isDuplicateKey && !text.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "!") }),
            !Self.hasKind(text)
        {
            self = .withoutKind
        } else {
            return nil
        }
    }

    /// The beginning of a text up to its first line feed, cut after some bytes: a text may have no line feed and many invalid parts.
    private static func restOfLine(in text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        text.prefix(256).prefix { $0 != 0x0A }
    }

    /// Whether a text contains `{{`.
    private static func hasTemplateAction(_ text: ArraySlice<UInt8>) -> Bool {
        var previous: UInt8 = 0
        for byte in text {
            if byte == UInt8(ascii: "{"), previous == byte { return true }
            previous = byte
        }
        return false
    }

    /// Whether a text contains `//` or `/*` behind white space.
    private static func hasComment(_ text: ArraySlice<UInt8>) -> Bool {
        var (beforePrevious, previous): (UInt8, UInt8) = (0, 0x0A)
        for byte in text {
            if previous == UInt8(ascii: "/"), byte == previous || byte == UInt8(ascii: "*"), beforePrevious <= 0x20 { return true }
            (beforePrevious, previous) = (previous, byte)
        }
        return false
    }

    /// Whether a text contains `kind`.
    private static func hasKind(_ text: ArraySlice<UInt8>) -> Bool {
        var lastBytes: UInt32 = 0
        for byte in text {
            lastBytes = lastBytes << 8 | UInt32(byte)
            if lastBytes == 0x6B69_6E64 { return true }
        }
        return false
    }
}
