import KubernetesAPI

/// Makes text from a request safe to show: on one line, visible, and bounded.
///
/// The API server silently drops a warning with a control character.
/// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apimachinery/pkg/util/net/http.go>, `NewWarningHeader`
package enum DisplayText {
    /// Writes a text in quotation marks, so that a name cannot look like a part of the message.
    static func quoted(_ text: String, byteLimit: Int = 63) -> String {
        "\"" + fitted(text, byteLimit: byteLimit, quotation: true) + "\""
    }

    /// Writes a text on one line.
    package static func oneLine(_ text: String, byteLimit: Int) -> String {
        fitted(text, byteLimit: byteLimit, quotation: false)
    }

    /// Cuts a text that is longer than a number of bytes between two scalars and adds an ellipsis.
    package static func truncated(_ text: String, byteLimit: Int) -> String {
        guard text.utf8.count > byteLimit else { return text }
        var kept = String.UnicodeScalarView()
        var byteCount = ellipsis.utf8.count
        for scalar in text.unicodeScalars {
            byteCount += UTF8.width(scalar)
            guard byteCount <= byteLimit else { break }
            kept.append(scalar)
        }
        return String(kept) + ellipsis
    }

    private static let ellipsis = "…"

    /// Replaces invisible characters by their numbers, such as `\u{1B}`, and cuts long texts.
    ///
    /// Each scalar becomes at least one byte, so only as much of the text is read as fits; it can have megabytes.
    private static func fitted(_ text: String, byteLimit: Int, quotation: Bool) -> String {
        // Most texts need no escaping; those are returned without a copy.
        if text.utf8.count <= byteLimit, quotation ? text.isPlainASCII : text.isVisibleASCII { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(text.utf8.count, byteLimit) + 16)
        for scalar in text.unicodeScalars {
            if quotation, scalar == "\"" || scalar == "\\" {
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            } else if VisibleText.isHidden(scalar) {
                bytes.append(contentsOf: VisibleText.number(of: scalar).utf8)
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
            if bytes.count > byteLimit { break }
        }
        return truncated(String(decoding: bytes, as: UTF8.self), byteLimit: byteLimit)
    }
}

extension UTF8 {
    /// The number of bytes of a scalar.
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case ..<0x80: 1
        case ..<0x800: 2
        case ..<0x1_0000: 3
        default: 4
        }
    }
}
