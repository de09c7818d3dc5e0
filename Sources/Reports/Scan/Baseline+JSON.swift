package import KubernetesAPI

/// The error that a text is not a valid baseline.
package struct BaselineError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where the problem begins.
    package let position: Position
    /// The description of the error.
    package let message: String

    /// `LINE:COLUMN: what`.
    package var description: String { "\(position): \(message)" }
}

extension Baseline {
    /// The version of the format.
    private static let version: Int64 = 1

    /// The baseline as JSON; equal baselines have equal texts.
    package var json: [UInt8] {
        var json = JSONWriter(layout: .indented, reservingCapacity: 4096)
        json.beginObject()
        json.key("podscoreBaseline")
        json.write(Int(Self.version))
        json.key("objects")
        json.beginArray()
        for entry in entries { entry.write(to: &json) }
        json.endArray()
        json.endObject()
        json.endLine()
        return json.bytes
    }

    /// Reads a baseline as ``json`` writes it; an unknown field is an error.
    package init(parsing bytes: Span<UInt8>) throws(BaselineError) {
        var parser = JSONNodeParser(bytes)
        let node: ManifestNode
        do throws(DecodingFailure) {
            guard let first = try parser.next() else { throw DecodingFailure(.unexpectedEnd, at: .position(Position(line: 1, column: 1))) }
            node = first
        } catch {
            guard case .position(let position) = error.location else {
                throw BaselineError(position: Position(line: 1, column: 1), message: "\(error.reason)")
            }
            throw BaselineError(position: position, message: "\(error.reason)")
        }
        var fields = try BaselineFields(node)
        let version = try fields.take("podscoreBaseline")
        guard case .integer(Self.version) = version.value else {
            throw BaselineError(
                position: version.position,
                message: "podscoreBaseline: unsupported version; expected \(Self.version)"
            )
        }
        var entries: [Entry] = []
        for object in try fields.takeArray("objects") { entries.append(try Entry(object)) }
        try fields.end()
        self.init(entries)
    }
}

extension Baseline.Entry {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("kind", kind)
        json.member("namespace", namespace)
        json.member("name", name)
        json.member("file", file)
        if let score {
            json.member("ruleset", ruleset)
            json.key("score")
            json.write(score)
        }
        json.key("findings")
        json.beginArray()
        for violation in violations {
            json.beginObject()
            json.member("rule", violation.rule)
            switch violation.part {
            case .whole: break
            case .container(let name): json.member("container", name)
            case .volume(let name): json.member("volume", name)
            }
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    fileprivate init(_ node: ManifestNode) throws(BaselineError) {
        var fields = try BaselineFields(node)
        let kind = try fields.takeString("kind")
        let namespace = try fields.takeString("namespace")
        let name = try fields.takeString("name")
        // Earlier baselines of this version have no files.
        let file = try fields.takeOptionalString("file")
        let ruleset = try fields.takeOptionalString("ruleset") ?? ""
        let score = try fields.takeOptionalInteger("score")
        var violations: [Baseline.Violation] = []
        for finding in try fields.takeArray("findings") {
            var fields = try BaselineFields(finding)
            let rule = try fields.takeString("rule")
            let container = try fields.takeOptionalString("container")
            let volume = try fields.takeOptionalString("volume")
            try fields.end()
            let part = container.map { ReportFinding.Part.container($0) } ?? volume.map { .volume($0) } ?? .whole
            violations.append(Baseline.Violation(rule: rule, part: part))
        }
        try fields.end()
        self.init(kind: kind, namespace: namespace, name: name, file: file, ruleset: ruleset, score: score, violations: violations)
    }
}

/// Takes the fields of an object one by one; the fields that remain at the end are unknown.
private struct BaselineFields {
    private let position: Position
    private var members: [ManifestNode.Member]

    init(_ node: ManifestNode) throws(BaselineError) {
        guard case .object(let members) = node.value else {
            throw BaselineError(position: node.position, message: "expected object, found \(node.valueType.rawValue)")
        }
        position = node.position
        self.members = members
    }

    private mutating func takeOptional(_ name: String) -> ManifestNode? {
        guard let index = members.firstIndex(where: { $0.key.hasSameBytes(as: name) }) else { return nil }
        return members.remove(at: index).value
    }

    mutating func take(_ name: String) throws(BaselineError) -> ManifestNode {
        guard let node = takeOptional(name) else { throw BaselineError(position: position, message: "missing field \"\(name)\"") }
        return node
    }

    mutating func takeArray(_ name: String) throws(BaselineError) -> [ManifestNode] {
        let node = try take(name)
        guard case .array(let elements) = node.value else {
            throw BaselineError(position: node.position, message: "\(name): expected array, found \(node.valueType.rawValue)")
        }
        return elements
    }

    mutating func takeString(_ name: String) throws(BaselineError) -> String {
        guard let text = try takeOptionalString(name) else { throw BaselineError(position: position, message: "missing field \"\(name)\"") }
        return text
    }

    mutating func takeOptionalString(_ name: String) throws(BaselineError) -> String? {
        guard let node = takeOptional(name) else { return nil }
        guard case .string(let text) = node.value else {
            throw BaselineError(position: node.position, message: "\(name): expected string, found \(node.valueType.rawValue)")
        }
        return text
    }

    mutating func takeOptionalInteger(_ name: String) throws(BaselineError) -> Int? {
        guard let node = takeOptional(name) else { return nil }
        guard case .integer(let value) = node.value else {
            throw BaselineError(position: node.position, message: "\(name): expected integer, found \(node.valueType.rawValue)")
        }
        return Int(value)
    }

    func end() throws(BaselineError) {
        guard let member = members.first else { return }
        throw BaselineError(position: member.keyPosition, message: "unknown field \"\(member.key)\"")
    }
}
