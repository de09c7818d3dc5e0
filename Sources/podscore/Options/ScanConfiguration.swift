import ArgumentParser
import KubernetesAPI
import PodScoring
import YAML

/// The options of `scan` that a file such as `.podscore.yaml` gives; each has the meaning of the option of that name.
struct ScanConfiguration {
    /// The keys of the file.
    enum Key: String, CaseIterable {
        case policy, namespace, ruleset, minimumScore, require, forbid, standard, include, exclude, format, strict, allowEmpty

        /// The option on the command line.
        var option: String {
            rawValue.reduce(into: "--") { $0 += $1.isUppercase ? "-\($1.lowercased())" : String($1) }
        }
    }

    /// The path of the file, for messages.
    let file: String
    /// A path as written; it is relative to the file's directory.
    private(set) var policy: String?
    /// The namespace of objects without one.
    private(set) var namespace: String?
    /// The ruleset for the score.
    private(set) var ruleset: RulesetName?
    /// The minimum score.
    private(set) var minimumScore: Int?
    /// Positive rules that must hold.
    private(set) var require: [String] = []
    /// Negative rules that must not be violated.
    private(set) var forbid: [String] = []
    /// The Pod Security Standard to check.
    private(set) var standard: StandardName?
    /// Patterns of the files to read in directories.
    private(set) var include: [String] = []
    /// Patterns of the files and directories to leave out.
    private(set) var exclude: [String] = []
    /// The output format.
    private(set) var format: ScanReportOptions.Format?
    /// Whether warnings fail the scan.
    private(set) var strict: Bool?
    /// Whether a scan in which nothing was scored passes.
    private(set) var allowEmpty: Bool?
    /// The lines of the keys that the file has.
    private(set) var lines: [Key: Int] = [:]

    /// Reads a file's text; throws all its errors at once, as strictly as for policies.
    init(parsing bytes: [UInt8], file: String) throws(CommandFailure) {
        self.file = file
        var reader = Reader(file: file)
        var documents = YAMLStream(bytes, duplicateKeys: .kept)
        switch documents.next() {
        case nil: break
        case .failure(let error): reader.report("\(error.reason)", at: error.position)
        case .success(let node): read(node, by: &reader)
        }
        if case .success(let second) = documents.next() { reader.report("only one document is allowed", at: second.position) }
        guard reader.problems.isEmpty else { throw CommandFailure(lines: reader.problems) }
    }

    private mutating func read(_ document: ManifestNode, by reader: inout Reader) {
        if case .null = document.value { return }
        guard case .object(let members) = document.value else {
            return reader.report("the configuration must be an object", at: document.position)
        }
        for member in members {
            guard let key = Key.allCases.first(where: { $0.rawValue.hasSameBytes(as: member.key) }) else {
                reader.reportUnknown("field", member.key, among: Key.allCases.map(\.rawValue), at: member.keyPosition)
                continue
            }
            if let line = lines[key] { reader.report("duplicate field \"\(key.rawValue)\", first on line \(line)", at: member.keyPosition) }
            lines[key] = lines[key] ?? member.keyPosition.line
            read(member.value, of: key, by: &reader)
        }
        for key in [Key.minimumScore, .require, .forbid] where lines[.policy] != nil {
            guard let line = lines[key] else { continue }
            reader.report("policy cannot be combined with \(key.rawValue)", at: Position(line: line, column: 1))
        }
    }

    private mutating func read(_ node: ManifestNode, of key: Key, by reader: inout Reader) {
        let name = key.rawValue
        switch key {
        case .policy: policy = reader.string(node, of: name)
        case .namespace:
            namespace = reader.string(node, of: name)
            if let namespace, !NamespaceArgument.isName(namespace) {
                reader.report("\(name): \(NamespaceArgument.problem(of: namespace))", at: node.position)
            }
        case .minimumScore: minimumScore = reader.integer(node, of: name)
        case .require: require = reader.strings(node, of: name)
        case .forbid: forbid = reader.strings(node, of: name)
        case .include: include = reader.strings(node, of: name)
        case .exclude: exclude = reader.strings(node, of: name)
        case .strict: strict = reader.boolean(node, of: name)
        case .allowEmpty: allowEmpty = reader.boolean(node, of: name)
        case .ruleset:
            ruleset = reader.choice(node, of: name, among: RulesetName.allValueStrings) { RulesetName(argument: $0) }
        case .format:
            format = reader.choice(node, of: name, among: ScanReportOptions.Format.allValueStrings) { .init(rawValue: $0) }
        case .standard:
            standard = reader.choice(node, of: name, among: StandardName.levels) { StandardName(argument: $0) }
        }
    }
}

/// Reads values and collects problems as `FILE:LINE:COLUMN: what; did you mean …?`.
private struct Reader {
    let file: String
    private(set) var problems: [String] = []

    init(file: String) {
        self.file = file
    }

    mutating func report(_ what: String, at position: Position) {
        problems.append("\(file):\(position): \(what)")
    }

    mutating func reportUnknown(_ noun: String, _ text: String, among known: [String], at position: Position) {
        let closest = Suggestion.closest(to: text, among: known).map { "; did you mean \($0)?" }
        let hint = closest ?? ", known: \(known.joined(separator: ", "))"
        report("unknown \(noun) \(text.quoted(toBytes: String.echoByteLimit))" + hint, at: position)
    }

    mutating func string(_ node: ManifestNode, of name: String) -> String? {
        if case .string(let text) = node.value { return text }
        report("\(name) must be a string", at: node.position)
        return nil
    }

    mutating func boolean(_ node: ManifestNode, of name: String) -> Bool? {
        if case .bool(let value) = node.value { return value }
        report("\(name) must be true or false", at: node.position)
        return nil
    }

    mutating func integer(_ node: ManifestNode, of name: String) -> Int? {
        if case .integer(let number) = node.value, let value = Int(exactly: number) { return value }
        report("\(name) must be an integer", at: node.position)
        return nil
    }

    mutating func strings(_ node: ManifestNode, of name: String) -> [String] {
        guard case .array(let elements) = node.value else {
            report("\(name) must be a list", at: node.position)
            return []
        }
        return elements.enumerated().compactMap { string($0.element, of: "\(name)[\($0.offset)]") }
    }

    mutating func choice<Value>(_ node: ManifestNode, of name: String, among known: [String], by make: (String) -> Value?) -> Value? {
        guard let text = string(node, of: name) else { return nil }
        if let value = make(text) { return value }
        reportUnknown(name, text, among: known, at: node.position)
        return nil
    }
}
