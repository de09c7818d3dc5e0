import KubernetesAPI

/// An answer of an API server that is not a success, or the error that ends a watch.
package struct StatusAnswer: Error, Sendable, Equatable {
    /// The most bytes of a body that are read for the message.
    package static let bodyByteLimit = 64 << 10
    /// The longest message of an answer that is no Status, in bytes.
    private static let textByteLimit = 256
    /// The longest message of a watch's error, in bytes; the line can be much longer.
    private static let eventByteLimit = 512

    /// A reason of an API server for one field or circumstance.
    package struct Cause: Sendable, Equatable {
        /// The reason, such as `FieldValueInvalid`.
        package var reason = ""
        /// The problem.
        package var message = ""
        /// The field, such as `spec.enforce`.
        package var field = ""
    }

    /// The status code of HTTP, or that of the Status in an event of a watch; 0 if the Status has none.
    package private(set) var code: Int
    /// The reason, such as `Expired`; empty if the answer is no Status.
    package private(set) var reason = ""
    /// The message, or the beginning of the text.
    package private(set) var message = ""
    /// The causes.
    package private(set) var causes: [Cause] = []
    /// How long to wait, in seconds; from the header, else from the Status.
    package private(set) var retryAfterSeconds: Int?
    /// A token with which an expired list could go on at a newer state.
    package private(set) var continueToken: String?
    /// Whether the body is a Status; a server that does not know the path answers with plain text.
    package private(set) var isStatus = false

    private enum Field: String, FieldName {
        case kind, code, message, reason, details, metadata, causes, field, retryAfterSeconds
        case continueToken = "continue"
        static let table = FieldTable<Self>()
    }

    /// Takes the parts of an answer that was already read.
    package init(code: Int, reason: String = "", message: String = "", retryAfterSeconds: Int? = nil) {
        self.code = code
        self.reason = reason
        self.message = VisibleText.of(message)
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Reads the object of a watch's `ERROR` event, which is a Status.
    package init(readingError object: Span<UInt8>) {
        code = 0
        var kind: String?
        try? readStatus(object, kind: &kind)
        isStatus = kind == "Status"
        message = VisibleText.of(message).cut(toBytes: Self.eventByteLimit)
    }

    /// Reads the beginning of a body; a text that is no Status becomes the message.
    package init(code: Int, retryAfter: String?, body: [UInt8]) {
        self.code = code
        var kind: String?
        try? readStatus(body.span, kind: &kind)
        isStatus = kind == "Status"
        if !isStatus {
            (reason, causes, continueToken, retryAfterSeconds) = ("", [], nil, nil)
            let text = String(decoding: body.prefix(Self.bodyByteLimit), as: UTF8.self)
            message = (text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "").cut(toBytes: Self.textByteLimit)
        }
        message = VisibleText.of(message)
        if let seconds = retryAfter.flatMap({ Int($0) }), seconds >= 0 { retryAfterSeconds = seconds }
    }

    /// Whether a list or watch has to begin again, because its version is no longer known.
    package var isExpired: Bool { code == 410 || reason == "Expired" || reason == "Gone" }

    /// Whether nothing is at the path: no such object, or no such kind.
    package var isNotFound: Bool { code == 404 }

    /// Whether the path is unknown, because no such kind is installed.
    package var isUnknownPath: Bool { code == 404 && !isStatus }

    /// Whether a Namespace that is being deleted takes nothing more.
    package var isNamespaceTerminating: Bool { causes.contains { $0.reason == "NamespaceTerminating" } }

    private mutating func readStatus(_ bytes: Span<UInt8>, kind: inout String?) throws(DecodingFailure) {
        var reader = JSONReader(bytes)
        reader.start()
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            switch field {
            case .kind: kind = try reader.readString()
            case .code:
                let own = Int(clamping: try reader.readInteger() ?? 0)
                if code == 0 { code = own }
            case .message: message = try reader.readString() ?? ""
            case .reason: reason = try reader.readString() ?? ""
            case .details: try readDetails(&reader)
            case .metadata: try readMetadata(&reader)
            case .causes, .field, .retryAfterSeconds, .continueToken: try reader.skipValue()
            }
        }
    }

    private mutating func readDetails(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            switch field {
            case .causes:
                causes = try reader.readArray { (reader: inout JSONReader) throws(DecodingFailure) in try Self.readCause(&reader) }
            case .retryAfterSeconds:
                let seconds = try reader.readInteger() ?? 0
                retryAfterSeconds = seconds > 0 ? Int(clamping: seconds) : nil
            default: try reader.skipValue()
            }
        }
    }

    private mutating func readMetadata(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            if field == .continueToken { continueToken = try reader.readString() } else { try reader.skipValue() }
        }
    }

    private static func readCause(_ reader: inout JSONReader) throws(DecodingFailure) -> Cause {
        var cause = Cause()
        guard var cursor = try reader.beginObject() else { return cause }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            switch field {
            case .reason: cause.reason = try reader.readString() ?? ""
            case .message: cause.message = try reader.readString() ?? ""
            case .field: cause.field = try reader.readString() ?? ""
            default: try reader.skipValue()
            }
        }
        return cause
    }
}

extension StatusAnswer: CustomStringConvertible {
    /// One line, such as `status 403: pods is forbidden: …`.
    package var description: String {
        message.isEmpty ? "status \(code)" : "status \(code): \(message)"
    }
}
