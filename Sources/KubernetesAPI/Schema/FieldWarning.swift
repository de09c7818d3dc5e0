/// A field of a manifest that Kubernetes ignores, or whose text it does not read as it was meant.
package struct FieldWarning: Sendable {
    /// The kind of the mistake.
    package enum Kind: String, Sendable, CaseIterable {
        /// Kubernetes has no such field.
        case unknownField
        /// Kubernetes has the field, but at another level.
        case misplacedField
        /// The digest of an image that no runtime accepts.
        case malformedDigest
        /// A text that Kubernetes, or one of its standards, expects in another spelling.
        case otherSpelling
    }

    /// The kind of the mistake.
    package let kind: Kind
    /// The position of the field's key, or of the text in a list.
    package let position: Position
    /// The path in the document, such as `spec.containers[0].securityContext.runAsNonroot`.
    package private(set) var path: String
    /// The mistake on one line, such as `unknown field "runAsNonroot", did you mean runAsNonRoot?`.
    package let message: String
    /// The mistake as a clause behind `line 12 has`: `the unknown field "runAsNonroot"`.
    private let clause: String
    /// The name of the field that was probably meant; `nil` if it is not known.
    private let meantField: String?
    /// The value of the field.
    private let value: ManifestNode
    /// The divided path, once it is complete.
    private var place: FieldPlace?

    /// A warning about a field, without the path above it.
    init(
        _ kind: Kind,
        at position: Position,
        path: String,
        message: String,
        clause: String,
        meaning meantField: String? = nil,
        value: ManifestNode
    ) {
        self.kind = kind
        self.position = position
        self.path = path
        self.message = message
        self.clause = clause
        self.meantField = meantField
        self.value = value
    }

    /// Puts a step of the path before the others.
    mutating func prepend(_ step: String) {
        path = path.utf8.first == UInt8(ascii: "[") ? step + path : step + "." + path
    }

    /// The most bytes of a text of the document that a message repeats.
    private static let echoByteLimit = 80

    /// Returns a text of the document on one line, cut if it is long.
    static func shown(_ text: String) -> String {
        VisibleText.of(text.cut(toBytes: echoByteLimit))
    }

    /// Returns a text of the document on one line between quotation marks.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.cut(toBytes: echoByteLimit).unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            if VisibleText.isHidden(scalar) { quoted += VisibleText.number(of: scalar) } else { quoted.unicodeScalars.append(scalar) }
        }
        return quoted + "\""
    }
}

extension FieldWarning {
    /// The mistake with its line, as the cause of something else: `line 12 has the unknown field "runAsNonroot"`.
    package var cause: String { "line \(position.line) has \(clause)" }

    /// Divides the complete path.
    fileprivate mutating func complete() {
        place = FieldPlace(path)
    }

    /// Whether the mistake can be why a rule or a check finds nothing at a place.
    ///
    /// It is if the wrong field is the one at the place, in the same container or in the Pod around it, or if what it holds would be there
    /// with the right name and in the right place.
    fileprivate func explains(_ wanted: FieldPlace) -> Bool {
        guard let place, place.container == nil || place.container == wanted.container, let last = place.steps.last else { return false }
        if wanted.steps.count <= place.steps.count {
            let isInside = zip(place.steps.dropLast() + [meantField ?? last], wanted.steps).allSatisfy { step, wanted in
                step.hasSameBytes(as: wanted) || step.beginsWithBytes(of: wanted + "[")
            }
            if isInside { return !wanted.steps.isEmpty }
        }
        guard let meantField, let index = wanted.steps.lastIndex(where: { $0.hasSameBytes(as: meantField) }) else { return false }
        return wanted.steps[(index + 1)...].reduce(Optional(value)) { node, step in node?[step] } != nil
    }
}

/// A path divided at the container or the Pod spec that the field belongs to.
private struct FieldPlace {
    /// The steps to the container; `nil` outside of containers.
    let container: [String]?
    /// The steps below the container or the Pod spec.
    let steps: [String]

    init(_ path: String) {
        let all = path.utf8.split(separator: UInt8(ascii: ".")).map { String(Substring($0)) }
        let owner = all.lastIndex { $0.hasPrefix("containers[") || $0.hasPrefix("initContainers[") || $0.hasPrefix("ephemeralContainers[") }
        container = owner.map { Array(all[...$0]) }
        let start = owner ?? all.lastIndex(of: "spec")
        steps = Array(all[(start.map { $0 + 1 } ?? 0)...])
    }
}

/// The warnings about the fields of one document, in its order.
package struct FieldWarnings: Sendable {
    /// The maximum number of warnings that are listed; finding the field that was meant takes time.
    static let limit = 10

    /// The first warnings.
    package private(set) var listed: [FieldWarning] = []
    /// The number of the others.
    package private(set) var unlistedCount = 0

    /// No warnings.
    package init() {}

    /// Whether there are no warnings.
    package var isEmpty: Bool { listed.isEmpty }
    /// The number of all warnings.
    package var count: Int { listed.count + unlistedCount }

    /// Returns the warnings about mistakes that can be why a rule or a check finds nothing at a path.
    package func explaining(_ path: String) -> [FieldWarning] {
        guard !listed.isEmpty else { return [] }
        let place = FieldPlace(path)
        return listed.filter { $0.explains(place) }
    }

    /// Ends the list; all paths are complete.
    mutating func complete() {
        for index in listed.indices { listed[index].complete() }
    }

    /// Whether a further warning is only counted.
    var isFull: Bool { listed.count >= Self.limit }

    /// Adds a warning, or counts it if the list is full.
    mutating func add(_ warning: FieldWarning) {
        if isFull { unlistedCount += 1 } else { listed.append(warning) }
    }

    /// Puts a step of the path before the paths of the warnings from an index on.
    mutating func prepend(_ step: String, from start: Int) {
        for index in listed.indices.dropFirst(start) { listed[index].prepend(step) }
    }
}
