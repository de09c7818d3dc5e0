import KubernetesAPI

/// A report with the content of kubesec's JSON, as a YAML list.
package struct YAMLReport: ReportEncoder {
    private let json = KubesecJSONReport()
    /// Empty.
    package let head: [UInt8] = []
    /// Empty.
    package let separator: [UInt8] = []

    /// Creates a report.
    package init() {}

    /// Returns the same as for the JSON.
    package func showsWarnings(of document: ScannedDocument) -> Bool { json.showsWarnings(of: document) }

    /// Writes an element for each document.
    package func piece(of documents: [ScannedDocument]) -> [UInt8] {
        YAMLText.bytes(ofJSON: json.head + json.piece(of: documents) + [UInt8(ascii: "]")])
    }

    /// Writes an empty list if there are no elements.
    package func tail(of tally: ScanTally) -> [UInt8] {
        tally.hasPieces ? [] : Array("[]\n".utf8)
    }
}

/// Writes nodes as YAML in block style.
///
/// Strings that YAML could read as another type are quoted, with JSON's escapes, which are valid in YAML.
package struct YAMLText {
    /// The lines written so far.
    private(set) var text = ""
    /// Whether a member with a list of strings and numbers is one line: `operations: [CREATE, UPDATE]`.
    private let hasShortLists: Bool

    /// Begins an empty text.
    init(hasShortLists: Bool = false) {
        self.hasShortLists = hasShortLists
    }

    /// Returns JSON text that this program wrote as YAML; other text is returned unchanged.
    ///
    /// With `hasShortLists`, a member with a list of strings and numbers is one line.
    package static func bytes(ofJSON json: [UInt8], hasShortLists: Bool = false) -> [UInt8] {
        var parser = JSONNodeParser(json.span)
        // Our own JSON is valid, and valid YAML as well.
        guard let node = try? parser.next() else { return json }
        var yaml = Self(hasShortLists: hasShortLists)
        yaml.write(node)
        return Array(yaml.text.utf8)
    }

    /// Writes an array or an object at the beginning of a line.
    mutating func write(_ node: ManifestNode) {
        write(node, indentation: 0)
    }

    private mutating func write(_ node: ManifestNode, indentation: Int) {
        switch node.value {
        case .array(let elements):
            for element in elements {
                indent(indentation)
                text += "- "
                writeBehindDash(element, indentation: indentation + 2)
            }
        case .object(let members):
            writeMembers(members[...], indentation: indentation)
        default:
            indent(indentation)
            text += Self.scalar(node.value) + "\n"
        }
    }

    /// Writes an element; the first member of an object follows the dash.
    private mutating func writeBehindDash(_ node: ManifestNode, indentation: Int) {
        guard case .object(let members) = node.value, let first = members.first else {
            text += Self.scalar(node.value) + "\n"
            return
        }
        writeMember(first, indentation: indentation)
        writeMembers(members.dropFirst(), indentation: indentation)
    }

    private mutating func writeMembers(_ members: ArraySlice<ManifestNode.Member>, indentation: Int) {
        for member in members {
            indent(indentation)
            writeMember(member, indentation: indentation)
        }
    }

    private mutating func writeMember(_ member: ManifestNode.Member, indentation: Int) {
        text += Self.string(member.key) + ":"
        switch member.value.value {
        case .array(let elements) where hasShortLists && elements.allSatisfy(\.isScalar):
            text += " [\(elements.map { Self.scalar($0.value) }.joined(separator: ", "))]\n"
        case .array(let elements) where !elements.isEmpty:
            text += "\n"
            write(member.value, indentation: indentation)
        case .object(let members) where !members.isEmpty:
            text += "\n"
            write(member.value, indentation: indentation + 2)
        default:
            text += " " + Self.scalar(member.value.value) + "\n"
        }
    }

    private mutating func indent(_ count: Int) {
        text += String(repeating: " ", count: count)
    }

    private static func scalar(_ value: ManifestNode.Value) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let text): text
        case .string(let text): string(text)
        case .array: "[]"
        case .object: "{}"
        }
    }

    /// Returns a string unquoted if it is unambiguous, and quoted otherwise.
    private static func string(_ text: String) -> String {
        if isPlain(text) { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            // The runner of a CI job executes commands such as `##[error]`.
            case "#" where quoted.utf8.last == UInt8(ascii: "#"): quoted += escaped(scalar)
            case "\"", "\\": quoted += "\\" + String(scalar)
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            default: quoted += VisibleText.isHidden(scalar) ? escaped(scalar) : String(scalar)
            }
        }
        return quoted + "\""
    }

    /// Returns whether a string begins with a letter, has only letters, digits and a few marks, and is not a word of YAML.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) else { return false }
        guard text.utf8.allSatisfy({ isLetter($0) || isDigit($0) || ($0 != UInt8(ascii: ":") && plainMarks.contains($0)) }) else {
            return false
        }
        guard text.utf8.last != UInt8(ascii: " ") else { return false }
        return !words.contains(text.lowercased())
    }

    /// The words that YAML 1.1 reads as a boolean or null.
    private static let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"]
    private static let plainMarks = Array(" ._-/()=;+".utf8)

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        let width = scalar.value > 0xFFFF ? 8 : 4
        return (width == 8 ? "\\U" : "\\u") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension ManifestNode {
    /// Whether the node is neither a list nor an object.
    fileprivate var isScalar: Bool {
        switch value {
        case .array, .object: false
        case .null, .bool, .integer, .number, .string: true
        }
    }
}
