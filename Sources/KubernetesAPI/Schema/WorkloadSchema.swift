/// The types of Kubernetes' workload kinds, with their fields in a form that is quick to look up.
struct WorkloadSchema: Sendable {
    /// The type of a field and the check of its text.
    enum Content: Sendable {
        /// A scalar, a map with free keys, or a value that is not checked.
        case anything
        /// An object, or a list of objects, of the type with this number.
        case objects(ofType: Int)
        /// A text, or a list of texts, that Kubernetes reads letter by letter.
        case texts(TextCheck)
    }

    /// An object type with its fields.
    struct ObjectType: Sendable {
        /// The name, such as `PodSpec`.
        let name: String
        /// The names of the fields, without those of ``formerFields``.
        let fieldNames: [String]
        /// The numbers of all fields, by their names.
        let numbers: FieldNames
        /// The content of each field, by its number.
        let contents: [Content]
    }

    /// The schema of ``WorkloadFields``.
    static let kubernetes = WorkloadSchema(parsing: WorkloadFields.text)

    /// The types, by their numbers.
    let types: [ObjectType]
    private let numbers: [String: Int]

    /// Reads a list of types in the form of ``WorkloadFields/text``; a field whose type is missing in the list is not checked.
    init(parsing text: String) {
        let sections = Self.sections(of: text.utf8.span)
        let numbers = Dictionary(sections.enumerated().map { ($1.name, $0) }) { first, _ in first }
        types = sections.map { section in
            let names = section.fields.map(\.name)
            let former = Self.formerFields[section.name] ?? []
            let textChecks = Self.textChecks[section.name] ?? [:]
            let contents = section.fields.map { field -> Content in
                if let type = field.type.flatMap({ numbers[$0] }) { return .objects(ofType: type) }
                return textChecks[field.name].map { .texts($0) } ?? .anything
            }
            return ObjectType(
                name: section.name,
                fieldNames: names,
                numbers: FieldNames(names + former),
                contents: contents + former.map { _ in .anything }
            )
        }
        self.numbers = numbers
    }

    /// A type with its fields as the text has them.
    private typealias Section = (name: String, fields: [(name: String, type: String?)])

    /// Takes the text apart, byte by byte: nearly every scan waits for it.
    private static func sections(of text: Span<UInt8>) -> [Section] {
        var sections: [Section] = []
        var start = 0
        while start < text.count {
            var (end, separator) = (start, -1)
            while end < text.count, text[end] > UInt8(ascii: " ") {
                if text[end] == UInt8(ascii: "=") { separator = end }
                end += 1
            }
            if end == start {
                // A space or the end of a line.
            } else if text[end - 1] == UInt8(ascii: ":") {
                sections.append((text.string(start..<end - 1), []))
            } else if separator >= 0, !sections.isEmpty {
                sections[sections.count - 1].fields.append((text.string(start..<separator), text.string(separator + 1..<end)))
            } else if !sections.isEmpty {
                sections[sections.count - 1].fields.append((text.string(start..<end), nil))
            }
            start = end + 1
        }
        return sections
    }

    /// Returns the number of a type; `nil` if it is not in the schema.
    func number(ofType name: String) -> Int? { numbers[name] }

    /// Returns the names of a type's fields; empty if it is not in the schema.
    func fieldNames(ofType name: String) -> [String] {
        numbers[name].map { types[$0].fieldNames } ?? []
    }

    /// The fields that today's API servers do not list for these types, but that are no mistake.
    ///
    /// The cluster writes `status`, which stays in exported manifests. The others had a meaning in earlier versions: `clusterName` until 1.23,
    /// `initializers` until 1.15, `rollbackTo`, `templateGeneration` and `autoSelector` in `extensions/v1beta1`, `source` until 1.30, and
    /// `workloadRef` in 1.35.
    private static let formerFields: [String: [String]] = [
        "CronJob": ["status"], "DaemonSet": ["status"], "Deployment": ["status"], "Job": ["status"], "Pod": ["status"],
        "ReplicaSet": ["status"], "ReplicationController": ["status"], "StatefulSet": ["status"],
        "ObjectMeta": ["clusterName", "initializers"], "DeploymentSpec": ["rollbackTo"], "DaemonSetSpec": ["templateGeneration"],
        "JobSpec": ["autoSelector"], "PodResourceClaim": ["source"], "PodSpec": ["workloadRef"],
    ]

    /// The checks of texts, by type and field.
    private static let textChecks: [String: [String: TextCheck]] = [
        "Container": ["image": .image], "EphemeralContainer": ["image": .image], "ImageVolumeSource": ["reference": .image],
        "Capabilities": ["add": .capability, "drop": .capability],
        "SeccompProfile": ["type": .word(["RuntimeDefault", "Unconfined", "Localhost"])],
        "AppArmorProfile": ["type": .word(["RuntimeDefault", "Unconfined", "Localhost"])],
        "SecurityContext": ["procMount": .word(["Default", "Unmasked"])],
        "PodOS": ["name": .word(["linux", "windows"])],
    ]
}

extension Span<UInt8> {
    /// Copies some of the bytes into a text; bytes that are not UTF-8 give an empty one.
    fileprivate func string(_ range: Range<Int>) -> String {
        do { return String(copying: try UTF8Span(validating: extracting(range))) } catch { return "" }
    }
}
