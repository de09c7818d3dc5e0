/// An AdmissionReview of any kind, whose objects stay JSON text in its body.
///
/// ``AdmissionReview`` decodes objects with a Pod's specification instead.
package struct AdmissionEnvelope: Sendable, Equatable {
    /// The version of the review, in which it must be answered.
    package let version: AdmissionReview.Version
    /// Identifies the request; the answer repeats it.
    ///
    /// Never empty after decoding.
    package private(set) var uid = ""
    /// The kind of the object.
    package private(set) var kind = GroupVersionKind()
    /// Such as `status`; empty for the resource itself.
    package private(set) var subResource = ""
    /// The object's name; empty if the API server generates one.
    package private(set) var name = ""
    /// The operation.
    package private(set) var operation = AdmissionRequest.Operation.create
    /// The place of the object as it would be stored; `nil` without one.
    package private(set) var object: Range<Int>?
    /// The place of the object as it is stored; `nil` without one.
    package private(set) var oldObject: Range<Int>?

    /// The fields of a request that are read.
    private enum Field: String, FieldName {
        case uid, kind, subResource, name, operation, object, oldObject

        static let table = FieldTable<Self>()
    }

    /// Reads a whole body, and checks its grammar.
    ///
    /// Throws a failure with its offset in the body.
    package init(parsing body: Span<UInt8>) throws(DecodingFailure) {
        var reader = JSONReader(body)
        reader.allowsRawManagedFields = false
        reader.start()
        let start = reader.location
        guard var object = try reader.beginObject() else {
            throw DecodingFailure(.wrongType(expected: .object, found: .null), at: start)
        }
        var apiVersion: (text: String, location: DecodingFailure.Location)?
        var kind: (text: String, location: DecodingFailure.Location)?
        var requestMark: JSONMark?
        while let field = try reader.nextField(in: &object, of: AdmissionReviewField.self) {
            let place = reader.location
            switch field {
            case .apiVersion: apiVersion = try reader.readString().map { ($0, place) }
            case .kind: kind = try reader.readString().map { ($0, place) }
            case .request:
                let mark = reader.mark()
                // The parts around the objects are checked when they are read.
                if try reader.skipReviewedObject() { requestMark = mark }
            }
        }
        try reader.finish()
        guard let kind else { throw DecodingFailure(.missingField("kind"), at: start) }
        guard kind.text == "AdmissionReview" else {
            throw DecodingFailure(.unknownValue(kind.text, allowed: "AdmissionReview"), at: kind.location)
        }
        guard let apiVersion else { throw DecodingFailure(.missingField("apiVersion"), at: start) }
        guard let version = AdmissionReview.Version(rawValue: apiVersion.text) else {
            let allowed = AdmissionReview.Version.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingFailure(.unknownValue(apiVersion.text, allowed: allowed), at: apiVersion.location)
        }
        guard let requestMark else { throw DecodingFailure(.missingField("request"), at: start) }
        self.version = version
        reader.rewind(to: requestMark)
        try read(&reader)
    }

    private mutating func read(_ reader: inout JSONReader) throws(DecodingFailure) {
        let start = reader.location
        guard var request = try reader.beginObject() else { throw DecodingFailure(.missingField("request"), at: start) }
        var operation: AdmissionRequest.Operation?
        while let field = try reader.nextField(in: &request, of: Field.self) {
            switch field {
            case .uid: uid = try reader.readString() ?? ""
            case .kind: try kind.read(from: &reader)
            case .subResource: subResource = try reader.readString() ?? ""
            case .name: name = try reader.readString() ?? ""
            case .operation: operation = try AdmissionRequest.readOperation(from: &reader)
            case .object: object = try Self.place(&reader)
            case .oldObject: oldObject = try Self.place(&reader)
            }
        }
        guard !uid.isEmpty else { throw DecodingFailure(.missingField("uid"), at: start) }
        guard !kind.kind.isEmpty else { throw DecodingFailure(.missingField("kind"), at: start) }
        guard let operation else { throw DecodingFailure(.missingField("operation"), at: start) }
        self.operation = operation
    }

    /// Skips a value and returns its place; `nil` for null.
    private static func place(_ reader: inout JSONReader) throws(DecodingFailure) -> Range<Int>? {
        let start = reader.index
        return try reader.skipReviewedObject() ? start..<reader.index : nil
    }
}

extension JSONReader {
    /// Skips a part of a review whose objects may have managed fields; `true` unless it was null.
    mutating func skipReviewedObject() throws(DecodingFailure) -> Bool {
        allowsRawManagedFields = true
        let isPresent = try skipValue()
        allowsRawManagedFields = false
        return isPresent
    }
}
