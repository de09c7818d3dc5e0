/// Finds the fields of a workload that Kubernetes ignores because they are misspelled or at the wrong level, and texts in a wrong spelling.
///
/// An API server reports unknown fields only to clients that ask for it, and drops them otherwise.
/// Source: <https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation>
package struct FieldCheck {
    private let schema = WorkloadSchema.kubernetes
    private let homes: FieldHomes
    /// Whether the object is of a kind that the schema has.
    private let isBuiltIn: Bool
    private var warnings = FieldWarnings()
    /// The number of keys of which the meaning was guessed; a guess is slow.
    private var guessCount = 0
    private static let guessLimit = 4 * FieldWarnings.limit

    /// Returns the warnings about a workload in document order; none for objects of other kinds.
    ///
    /// Only the Pod spec is checked in a workload of another project. Linear in the size of the tree, which is that of the object;
    /// `podSpecPath` is the path of the Pod spec in objects of its kind.
    package static func warnings(in node: ManifestNode, of object: KubernetesObject, podSpecPath: String) -> FieldWarnings {
        guard object.workloadKind != nil || object.podSpec != nil else { return FieldWarnings() }
        let isBuiltIn = object.workloadKind != nil && builtInGroups.contains(object.apiGroup)
        let root = isBuiltIn ? WorkloadSchema.kubernetes.number(ofType: object.kind) : nil
        var check = FieldCheck(homes: FieldHomes(kind: object.kind, podSpecPath: podSpecPath), isBuiltIn: root != nil)
        if let root {
            check.check(node, ofType: root)
        } else {
            check.checkPodSpec(in: node, at: podSpecPath)
        }
        check.warnings.complete()
        return check.warnings
    }

    /// The API groups of Kubernetes' own workloads.
    private static let builtInGroups = ["", "apps", "batch", "extensions"]

    private init(homes: FieldHomes, isBuiltIn: Bool) {
        self.homes = homes
        self.isBuiltIn = isBuiltIn
    }

    /// Checks the Pod spec alone.
    private mutating func checkPodSpec(in node: ManifestNode, at path: String) {
        guard let type = schema.number(ofType: "PodSpec") else { return }
        let steps = path.utf8.split(separator: UInt8(ascii: ".")).map { String(Substring($0)) }
        guard let spec = steps.reduce(Optional(node), { node, step in node?[step] }) else { return }
        check(spec, ofType: type)
        warnings.prepend(path, from: 0)
    }

    /// Checks an object, or a list of objects, of a type.
    ///
    /// Paths are put together on the way back, and only if there is a warning.
    private mutating func check(_ node: ManifestNode, ofType type: Int) {
        switch node.value {
        case .object(let members):
            check(members, ofType: type)
        case .array(let elements):
            for index in elements.indices {
                guard case .object(let members) = elements[index].value else { continue }
                let start = warnings.listed.count
                check(members, ofType: type)
                if warnings.listed.count > start { warnings.prepend("[\(index)]", from: start) }
            }
        case .null, .bool, .integer, .number, .string: return
        }
    }

    private mutating func check(_ members: [ManifestNode.Member], ofType type: Int) {
        // A span lends its elements, and only what is needed of a member is copied: the check takes part in each scan.
        let members = members.span
        for index in members.indices {
            switch content(of: members[index].key, inType: type) {
            case .anything:
                continue
            case .objects(let type):
                let start = warnings.listed.count
                check(members[index].value, ofType: type)
                if warnings.listed.count > start { warnings.prepend(members[index].key, from: start) }
            case .texts(let check):
                noteProblems(of: members[index], by: check)
            case nil:
                noteUnknown(members[index], in: schema.types[type])
            }
        }
    }

    /// Returns what is known about the value of a field; `nil` if the type has no such field.
    private func content(of key: String, inType type: Int) -> WorkloadSchema.Content? {
        let key = key.utf8.span
        guard let number = schema.types[type].numbers.field(named: KeyBytes(of: key), key) else { return nil }
        return schema.types[type].contents[Int(number)]
    }

    /// Adds a warning for each text of a member that has a problem.
    private mutating func noteProblems(of member: ManifestNode.Member, by check: TextCheck) {
        switch member.value.value {
        case .string(let text):
            guard let problem = check.problem(of: text) else { return }
            warnings.add(FieldWarning(problem, at: member.keyPosition, path: member.key, value: member.value))
        case .array(let elements):
            for index in elements.indices {
                guard case .string(let text) = elements[index].value, let problem = check.problem(of: text) else { continue }
                let path = "\(member.key)[\(index)]"
                warnings.add(FieldWarning(problem, at: elements[index].position, path: path, value: elements[index]))
            }
        case .null, .bool, .integer, .number, .object: return
        }
    }
}

extension FieldCheck {
    /// A name that was probably meant.
    private enum Meaning {
        /// Another field of the same object.
        case sibling(String)
        /// The same field at another level.
        case atHome(String, FieldHomes.Home)
        /// A similar field at another level.
        case nearHome(String, FieldHomes.Home)
    }

    /// Adds a warning for a field that its type does not have.
    ///
    /// Tools add keys to `metadata`, and other kinds add fields to the Pod spec, so there only a field that resembles a known one is a mistake.
    private mutating func noteUnknown(_ member: ManifestNode.Member, in type: WorkloadSchema.ObjectType) {
        guard !Self.isDirective(member.key) else { return }
        let mustResemble = type.name == "ObjectMeta" || (!isBuiltIn && type.name == "PodSpec")
        var meaning: Meaning?
        if !warnings.isFull, guessCount < Self.guessLimit {
            guessCount += 1
            meaning = self.meaning(of: member.key, in: type)
        }
        if mustResemble, meaning == nil { return }
        let warning = warning(about: member, in: type, meaning: meaning)
        warnings.add(warning)
    }

    /// Whether a key is an instruction for a tool that reads the file before Kubernetes does, such as `$patch` in a patch of kustomize.
    private static func isDirective(_ key: String) -> Bool {
        key.utf8.first == UInt8(ascii: "$") || key.utf8.contains(UInt8(ascii: "("))
    }

    private func warning(about member: ManifestNode.Member, in type: WorkloadSchema.ObjectType, meaning: Meaning?) -> FieldWarning {
        let (name, unknown) = (FieldWarning.shown(member.key), "unknown field \(FieldWarning.quoted(member.key))")
        var kind = FieldWarning.Kind.unknownField
        var (message, clause) = (unknown, "the \(unknown)")
        var meant: String?
        switch meaning {
        case .sibling(let field):
            message += ", did you mean \(field)?"
            meant = field
        case .nearHome(let field, let home):
            message += ", did you mean \(field) \(home.placeAfterName)?"
            meant = field
        case .atHome(let field, let home):
            kind = .misplacedField
            let place = homes.place(of: type.name).map { " \($0)" } ?? " here"
            message = "\(field) has no effect\(place); it belongs to \(home.place)"
            clause = "\(field) where it has no effect"
            meant = field
        case nil: break
        }
        return FieldWarning(
            kind,
            at: member.keyPosition,
            path: name,
            message: message,
            clause: clause,
            meaning: meant,
            value: member.value
        )
    }

    /// Guesses which field was meant: first by its name alone, then by one that is similar.
    private func meaning(of key: String, in type: WorkloadSchema.ObjectType) -> Meaning? {
        guard key.utf8.count <= Self.longestGuess else { return nil }
        if let field = type.fieldNames.first(where: { $0.equalsIgnoringASCIICase(key) }) { return .sibling(field) }
        let homes = homes.homes(of: type.name)
        // Each container has a name, but so has nearly everything else.
        let home = homes.first { home in
            !(home.type == "Container" && key == "name") && schema.fieldNames(ofType: home.type).contains { $0.hasSameBytes(as: key) }
        }
        if let home { return .atHome(key, home) }
        for home in homes {
            let field = schema.fieldNames(ofType: home.type).first { $0.equalsIgnoringASCIICase(key) }
            if let field { return .nearHome(field, home) }
        }
        return Suggestion.closest(to: key, among: type.fieldNames.filter { Self.mayResemble($0, key) }).map { .sibling($0) }
    }

    /// Whether a name can be within the limit of ``Suggestion/closest(to:among:)``, by its length and its letters; most are not.
    ///
    /// An edit changes the length by one at most, and the set of letters by two.
    private static func mayResemble(_ name: String, _ key: String) -> Bool {
        let limit = max(1, max(name.utf8.count, key.utf8.count) / 3)
        guard abs(name.utf8.count - key.utf8.count) <= limit else { return false }
        return (letters(of: name) ^ letters(of: key)).nonzeroBitCount <= 2 * limit
    }

    /// A set of the bytes of a text, of which only the lowest five bits count; these are the same in upper and lower case.
    private static func letters(of text: String) -> UInt32 {
        text.utf8.reduce(0) { set, byte in set | 1 << UInt32(byte & 31) }
    }

    /// The maximum length of a key for which a field is guessed, in bytes; it is longer than all fields.
    private static let longestGuess = 80
}

extension FieldWarning {
    /// A warning about a text.
    fileprivate init(_ problem: TextCheck.Problem, at position: Position, path: String, value: ManifestNode) {
        self.init(problem.kind, at: position, path: path, message: problem.message, clause: problem.clause, value: value)
    }
}
