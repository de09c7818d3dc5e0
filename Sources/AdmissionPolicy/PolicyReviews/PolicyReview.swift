package import KubernetesAPI

/// The review of a policy or waiver alone, without the other objects of the cluster.
package enum PolicyReview: Sendable {
    /// The object is invalid.
    case denied(AdmissionResponse.Status)
    /// Policies do not change, so that the request is allowed even if the object is invalid, of which the warnings tell.
    case unchanged(warnings: [String])
    /// The object is valid; `old` is its stored version, `nil` if that is invalid or if the object is new.
    case valid(PolicyObject, old: PolicyObject?)

    /// The largest object that is read, in bytes; a server that follows policies does not read larger ones either.
    package static let objectByteLimit = 2 << 20

    /// Reviews the object of a request, which stands in the body of the review.
    ///
    /// Status, metadata and deletion are never denied: an object that became invalid must stay changeable and deletable.
    package init(of kind: PolicyKind, _ request: AdmissionEnvelope, in body: Span<UInt8>, by reader: PolicyReader) {
        guard request.subResource.isEmpty, request.operation == .create || request.operation == .update else {
            self = .unchanged(warnings: [])
            return
        }
        guard let place = request.object else {
            let identity = PolicyObject.Identity(reviewed: kind, name: request.name)
            self = .denied(AdmissionResponse.Status(ObjectRejection(identity: identity, lines: ["the review has no object"])))
            return
        }
        let object = body.extracting(place)
        let metadata = try? ReviewedMetadata(reading: object)
        guard metadata?.isBeingDeleted != true else {
            self = .unchanged(warnings: [])
            return
        }
        let name = request.name.isEmpty ? metadata?.name ?? "" : request.name
        let identity = PolicyObject.Identity(reviewed: kind, name: name)
        let old = request.operation == .update ? request.oldObject : nil
        guard place.count <= Self.objectByteLimit else {
            self = Self.reviewTooLarge(identity, old)
            return
        }
        switch reader.read(object, as: identity) {
        case .success(let new):
            let stored = old.flatMap { place in
                place.count <= Self.objectByteLimit ? try? reader.read(body.extracting(place), as: identity).get() : nil
            }
            self = Self.hasSameSpecification(place, old, in: body) ? .unchanged(warnings: []) : .valid(new, old: stored)
        case .failure(let rejection):
            guard Self.hasSameSpecification(place, old, in: body) else {
                self = .denied(AdmissionResponse.Status(rejection))
                return
            }
            self = .unchanged(warnings: rejection.lines.map { "\(identity) is invalid, as it was before: \($0)" })
        }
    }

    /// Denies an object that is too large to be read, unless the stored one is so as well.
    private static func reviewTooLarge(_ identity: PolicyObject.Identity, _ old: Range<Int>?) -> Self {
        let line = "the object is larger than \(objectByteLimit) bytes"
        guard let old, old.count > objectByteLimit else {
            return .denied(AdmissionResponse.Status(ObjectRejection(identity: identity, lines: [line])))
        }
        return .unchanged(warnings: ["\(identity) is invalid, as it was before: \(line)"])
    }

    /// Whether two objects have the same `spec`, whatever the order of its fields; objects that cannot be read have not.
    private static func hasSameSpecification(_ new: Range<Int>, _ old: Range<Int>?, in body: Span<UInt8>) -> Bool {
        guard let old, old.count <= objectByteLimit, let one = node(body.extracting(new)), let other = node(body.extracting(old)) else {
            return false
        }
        guard case .object = one.value, case .object = other.value else { return false }
        switch (one["spec"], other["spec"]) {
        case (nil, nil): return true
        case (let one?, let other?): return one.hasSameContent(as: other)
        default: return false
        }
    }

    private static func node(_ object: Span<UInt8>) -> ManifestNode? {
        var parser = JSONNodeParser(object)
        return try? parser.next()
    }
}

extension PolicyObject.Identity {
    /// The identity of an object in a review, whose version is not known yet.
    init(reviewed kind: PolicyKind, name: String) {
        let shown = DisplayText.oneLine(name, byteLimit: 253)
        self.init(kind: kind, name: shown.isEmpty ? "without a name" : shown, uid: "", resourceVersion: "", creationTimestamp: "")
    }
}

extension AdmissionResponse.Status {
    /// Denies an invalid object with all reasons, each with the path of its field.
    ///
    /// kubectl shows the name and the causes of an invalid object, each behind its field, and not the message.
    init(_ rejection: ObjectRejection) {
        let identity = rejection.identity
        self.init(
            code: 422,
            reason: "Invalid",
            message: "\(identity) is invalid: \(rejection.lines.joined(separator: "; "))",
            causes: rejection.lines.map { AdmissionResponse.Status.Cause(line: $0) },
            subject: Subject(group: PolicyReader.group, kind: identity.kind.rawValue, name: identity.name)
        )
    }
}

extension AdmissionResponse.Status.Cause {
    /// Takes a line of a rejection apart: the path of the field, which has no blank, a colon, and the reason.
    fileprivate init(line: String) {
        let path = line.prefix { $0 != ":" && $0 != " " }
        let rest = line.dropFirst(path.count)
        let hasPath = !path.isEmpty && rest.hasPrefix(": ")
        self.init(
            reason: "FieldValueInvalid",
            message: hasPath ? String(rest.dropFirst(2)) : line,
            field: hasPath ? String(path) : "spec"
        )
    }
}

extension ManifestNode {
    /// Whether both hold the same values; positions and the order of members do not matter.
    fileprivate func hasSameContent(as other: ManifestNode) -> Bool {
        switch (value, other.value) {
        case (.null, .null): return true
        case (.bool(let one), .bool(let two)): return one == two
        case (.integer(let one), .integer(let two)): return one == two
        case (.number(let one), .number(let two)): return one.hasSameBytes(as: two)
        case (.string(let one), .string(let two)): return one.hasSameBytes(as: two)
        case (.array(let one), .array(let two)):
            return one.count == two.count && zip(one, two).allSatisfy { $0.hasSameContent(as: $1) }
        case (.object(let one), .object(let two)):
            guard one.count == two.count else { return false }
            // The parser rejects duplicate keys, and most often the order is the same.
            let (sorted, others) = (one.sortedByKey, two.sortedByKey)
            return zip(sorted, others).allSatisfy { $0.key.hasSameBytes(as: $1.key) && $0.value.hasSameContent(as: $1.value) }
        default: return false
        }
    }
}

extension [ManifestNode.Member] {
    fileprivate var sortedByKey: Self { sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } }
}
