import AdmissionPolicy
import Cluster
import KubernetesAPI

/// The fields of an object that lead to its status.
private enum ObjectField: String, FieldName {
    case status
    static let table = FieldTable<Self>()
}

/// The fields of a status.
private enum StatusField: String, FieldName {
    case observedGeneration, matchedNamespaces, namespaces, conditions
    static let table = FieldTable<Self>()
}

/// The fields of a condition.
private enum ConditionField: String, FieldName {
    case type, status, reason, message, observedGeneration, lastTransitionTime
    static let table = FieldTable<Self>()
}

extension ObjectStatus {
    /// Reads the status of a whole object; one without a status has an empty one.
    init(reading object: Span<UInt8>) throws(DecodingFailure) {
        var reader = JSONReader(object)
        reader.start()
        guard var cursor = try reader.beginObject() else { return }
        while try reader.nextField(in: &cursor, of: ObjectField.self) != nil { try read(&reader) }
    }

    private mutating func read(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        var (count, names) = (Int?.none, [String]())
        while let field = try reader.nextField(in: &cursor, of: StatusField.self) {
            switch field {
            case .observedGeneration: observedGeneration = try reader.readInteger() ?? 0
            case .matchedNamespaces: count = try reader.readInteger().map { Int(clamping: $0) }
            case .namespaces: names = try reader.readStrings() ?? []
            case .conditions:
                conditions = try reader.readArray { (reader: inout JSONReader) throws(DecodingFailure) in try Condition(&reader) }
            }
        }
        namespaces = count.map { MatchedNamespaces(count: $0, names: names) }
    }

    /// The status in the form of server-side apply, with all fields that Podscore owns.
    ///
    /// - Parameters:
    ///   - identity: the object; the status is written only if the object still has the version.
    ///   - resourceVersion: the version.
    /// - Returns: the body of the request.
    func applied(to identity: PolicyObject.Identity, resourceVersion: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("apiVersion", PolicyReader.apiVersion)
        json.member("kind", identity.kind.rawValue)
        json.key("metadata")
        json.beginObject()
        json.member("name", identity.name)
        json.member("resourceVersion", resourceVersion)
        json.endObject()
        json.key("status")
        json.beginObject()
        json.member("observedGeneration", Int(clamping: observedGeneration))
        json.member("matchedNamespaces", namespaces?.count)
        json.member("namespaces", namespaces?.names)
        json.key("conditions")
        json.beginArray()
        for condition in conditions { condition.write(to: &json) }
        json.endArray()
        json.endObject()
        json.endObject()
        return json.bytes
    }
}

extension ObjectStatus.Condition {
    /// Reads a condition; null reads as one without a type.
    fileprivate init(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: ConditionField.self) {
            switch field {
            case .type: type = try reader.readString() ?? ""
            case .status: status = try reader.readString() ?? ""
            case .reason: reason = try reader.readString() ?? ""
            case .message: message = try reader.readString() ?? ""
            case .observedGeneration: observedGeneration = try reader.readInteger() ?? 0
            case .lastTransitionTime: lastTransitionTime = try reader.readString() ?? ""
            }
        }
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("type", type)
        json.member("status", status)
        json.member("reason", reason)
        json.member("message", message)
        json.member("observedGeneration", Int(clamping: observedGeneration))
        json.member("lastTransitionTime", lastTransitionTime)
        json.endObject()
    }
}
