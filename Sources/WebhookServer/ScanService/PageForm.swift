/// The fields of the page's form as a client sent them; `nil` for one that is missing.
package struct PageForm: Sendable, Equatable {
    /// The name of the ruleset.
    package var ruleset: String?
    /// The minimum score.
    package var minimum: String?
    /// The Pod Security Standard.
    package var standard: String?
    /// The name of an example, which only a link has.
    package var example: String?
    /// The manifest, which only a posted form has.
    package var manifest: [UInt8]?

    /// A form without fields.
    package init() {}

    /// Takes a field of a link, unless one of its name came first; other names are ignored.
    mutating func take(_ name: String, _ value: String) {
        switch name {
        case "ruleset": ruleset = ruleset ?? value
        case "minimum": minimum = minimum ?? value
        case "standard": standard = standard ?? value
        case "example": example = example ?? value
        default: break
        }
    }
}

/// The fields of a posted form so far; of several with one name, the first counts.
struct PostedFields {
    private var choices = PageForm()
    private var manifest: [UInt8]?
    private var file: [UInt8]?

    /// Takes a field; ignores names that the page does not have.
    mutating func take(_ name: String, _ value: [UInt8]) {
        switch name {
        case "manifest": manifest = manifest ?? Self.withoutCarriageReturns(value)
        case "file": file = file ?? value
        // No link and no choice is longer.
        default: choices.take(name, String(decoding: value.prefix(1_024), as: UTF8.self))
        }
    }

    /// The form; a chosen file counts more than the text, which can be that of the last score.
    var form: PageForm {
        var form = choices
        form.manifest = file.flatMap { $0.isEmpty ? nil : $0 } ?? manifest
        form.example = nil
        return form
    }

    /// The text with LF instead of CRLF, which browsers make of each line break in a field.
    private static func withoutCarriageReturns(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { continue }
            text.append(byte)
        }
        return text
    }
}
