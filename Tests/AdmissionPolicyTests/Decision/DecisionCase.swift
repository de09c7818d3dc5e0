import AdmissionPolicy
import Foundation
import KubernetesAPI
import PodScoring
import Testing
import YAML

/// One case of the table of requests: a request, the demands of a level, and the outcome at each level.
struct DecisionCase: CustomTestStringConvertible {
    /// The error in a case's file.
    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    /// The outcomes at `enforce`, `warn` and `audit`, and the texts.
    struct Expectation {
        var outcomes: [String: String] = [:]
        var score: Int?
        var violations: [String] = []
        /// The beginning of the denial, or else of the first warning.
        var says: String?
        /// The beginning of the first warning if `enforce` does not deny in this row.
        var wouldBe: String?
        var exempt: String?
        var waivers: String?
        var code = 403
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Cases")

    /// The files of the folder; all except `without.yaml` must be cases.
    static let names: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0 != "requests" && $0 != "without.yaml" }.sorted()
    }()

    let name: String
    let row: String
    let variant: String
    let request: AdmissionRequest
    let expected: Expectation
    private let level: ManifestNode
    private let specification: [ManifestNode.Member]
    private let waivers: [ManifestNode.Member]

    var testDescription: String { name }

    /// Reads a case from a file `row.variant.yaml`; several cases of a variant are `row.variant-NAME.yaml`.
    init(_ name: String) throws {
        let parts = name.split(separator: ".")
        guard parts.count == 3, parts[2] == "yaml" else { throw Unreadable(description: "\(name) is not named row.variant.yaml") }
        let node = try Self.document(name)
        try node.expect(["why", "request", "level", "policy", "waivers", "expect"], in: name)
        guard let why = node["why"], case .string = why.value, let request = node["request"], let level = node["level"],
            let expect = node["expect"]
        else { throw Unreadable(description: "\(name) lacks why, request, level or expect") }
        self.name = name
        row = String(parts[0])
        variant = String(parts[1].split(separator: "-")[0])
        self.level = level
        specification = try node["policy"]?.members(in: name) ?? []
        waivers = try node["waivers"]?.members(in: name) ?? []
        self.request = try PatchedRequest(request, in: name).request
        expected = try Expectation(expect, in: name)
    }

    /// The policy with the demands at one level, and the waivers.
    func policies(at level: String) throws -> PolicyReading {
        let match = ManifestNode.object(["namespaces": .array(["payments"])])
        let policy = ManifestNode.object([
            "apiVersion": .text(PolicyReader.apiVersion), "kind": .text("ScorePolicy"), "metadata": .object(["name": .text("payments")]),
            "spec": .object(["match": match, level: self.level], adding: specification),
        ])
        let waivers = try self.waivers.map { waiver in
            let given = try waiver.value.members(in: name)
            let usual: [(String, ManifestNode)] = [
                ("match", match), ("expires", .text("2027-12-31")), ("owner", .text("ops")), ("reason", .text("because")),
            ]
            let added = usual.filter { field in !given.contains { $0.key == field.0 } }
            return ManifestNode.object([
                "apiVersion": .text(PolicyReader.apiVersion), "kind": .text("ScoreWaiver"),
                "metadata": .object(["name": .text(waiver.key)]),
                "spec": .object(KeyValuePairs(), adding: given + added.map { .init(key: $0.0, keyPosition: .start, value: $0.1) }),
            ])
        }
        do {
            let source = PolicySource(name: name, documents: [policy] + waivers)
            return try PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1).read([source])
        } catch {
            throw Unreadable(description: error.problems.map(\.description).joined(separator: "\n"))
        }
    }

    /// The one document of a file in the folder.
    static func document(_ name: String) throws -> ManifestNode {
        var documents = YAMLStream(Array(try Data(contentsOf: folder.appending(path: name))))
        guard let document = documents.next() else { throw Unreadable(description: "\(name) is empty") }
        return try document.get()
    }
}

extension DecisionCase.Expectation {
    fileprivate init(_ node: ManifestNode, in name: String) throws {
        let levels = ["enforce", "warn", "audit"]
        let texts = ["says", "wouldBe", "exempt", "waivers"]
        try node.expect(levels + texts + ["score", "violations", "code"], in: name)
        for level in levels {
            guard case .string(let outcome)? = node[level]?.value else {
                throw DecisionCase.Unreadable(description: "\(name) lacks \(level)")
            }
            outcomes[level] = outcome
        }
        func text(_ key: String) -> String? {
            if case .string(let text)? = node[key]?.value { text } else { nil }
        }
        (says, wouldBe, exempt, waivers) = (text("says"), text("wouldBe"), text("exempt"), text("waivers"))
        if case .integer(let number)? = node["score"]?.value { score = Int(number) }
        if case .integer(let number)? = node["code"]?.value { code = Int(number) }
        if case .array(let elements)? = node["violations"]?.value {
            violations = elements.map { if case .string(let id) = $0.value { id } else { "?" } }
        }
    }
}

/// A request of the folder with some of its fields set.
private struct PatchedRequest {
    let request: AdmissionRequest

    init(_ node: ManifestNode, in name: String) throws {
        try node.expect(["from", "operation", "subResource", "both", "set"], in: name)
        guard case .string(let file)? = node["from"]?.value else {
            throw DecisionCase.Unreadable(description: "\(name) lacks request.from")
        }
        let url = DecisionCase.folder.appending(path: "requests/\(file)")
        var request = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
        for change in try node["both"]?.members(in: name) ?? [] {
            request = Self.set(change.value.plain, at: Self.path(change.key), in: request)
        }
        if case .string(let operation)? = node["operation"]?.value {
            request = Self.set(operation, at: ["operation"], in: request)
            let old = (request as? [String: Any])?["object"] ?? NSNull()
            request = Self.set(old, at: ["oldObject"], in: request)
            if operation == "DELETE" || operation == "CONNECT" { request = Self.set(NSNull(), at: ["object"], in: request) }
        }
        if let part = node["subResource"] { request = Self.set(part.plain, at: ["subResource"], in: request) }
        for change in try node["set"]?.members(in: name) ?? [] {
            request = Self.set(change.value.plain, at: Self.path(change.key), in: request)
        }
        let review: [String: Any] = ["apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request]
        self.request = try AdmissionReview(parsing: Array(JSONSerialization.data(withJSONObject: review)).span).request
    }

    private static func path(_ text: String) -> ArraySlice<Substring> {
        text.split(separator: ".")[...]
    }

    /// Sets the value at a path of keys and indices; null removes it.
    private static func set(_ value: Any, at path: ArraySlice<Substring>, in whole: Any) -> Any {
        guard let key = path.first else { return value }
        if var array = whole as? [Any], let index = Int(key), array.indices.contains(index) {
            array[index] = set(value, at: path.dropFirst(), in: array[index])
            return array
        }
        var object = whole as? [String: Any] ?? [:]
        let changed = set(value, at: path.dropFirst(), in: object[String(key)] ?? [String: Any]())
        object[String(key)] = changed is NSNull ? nil : changed
        return object
    }

    private static func set(_ value: Any, at path: [String], in whole: Any) -> Any {
        set(value, at: path.map { Substring($0) }[...], in: whole)
    }
}

extension Position {
    fileprivate static let start = Self(line: 1, column: 1)
}

extension ManifestNode {
    fileprivate static func text(_ text: String) -> Self { Self(.string(text), at: .start) }

    fileprivate static func array(_ texts: [String]) -> Self { Self(.array(texts.map { .text($0) }), at: .start) }

    fileprivate static func object(_ pairs: KeyValuePairs<String, ManifestNode>, adding members: [Member] = []) -> Self {
        Self(.object(pairs.map { Member(key: $0.key, keyPosition: .start, value: $0.value) } + members), at: .start)
    }

    /// The members of an object.
    func members(in name: String) throws -> [Member] {
        guard case .object(let members) = value else { throw DecisionCase.Unreadable(description: "\(name):\(position): no object") }
        return members
    }

    /// Rejects unknown keys.
    fileprivate func expect(_ keys: [String], in name: String) throws {
        for member in try members(in: name) where !keys.contains(member.key) {
            throw DecisionCase.Unreadable(description: "\(name):\(member.keyPosition): unknown field \(member.key)")
        }
    }

    /// The value for Foundation's JSON writer.
    fileprivate var plain: Any {
        switch value {
        case .null: NSNull()
        case .bool(let value): value
        case .integer(let value): value
        case .number(let text): Double(text) ?? 0
        case .string(let text): text
        case .array(let elements): elements.map(\.plain)
        case .object(let members): Dictionary(members.map { ($0.key, $0.value.plain) }, uniquingKeysWith: { $1 })
        }
    }
}
