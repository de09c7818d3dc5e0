import KubernetesAPI

/// What an API server answers if it does not do what was asked.
package struct ServerRefusal: Error, Sendable, Equatable {
    /// The longest message that is kept, in bytes.
    private static let messageByteLimit = 512

    /// The status code of HTTP, or that of the Status in an event of a watch; 0 if the Status has none.
    package private(set) var code: Int
    /// The reason, such as `Expired`; empty if the answer is not a Status.
    package private(set) var reason = ""
    /// The message for people, on one line.
    package private(set) var message = ""
    /// How long to wait before the next request; `nil` if the server did not say.
    package private(set) var retryAfter: Duration?

    private enum Field: String, FieldName {
        case code, reason, message, details, retryAfterSeconds
        static let table = FieldTable<Self>()
    }

    /// Takes the parts of an answer that was already read.
    package init(code: Int, reason: String = "", message: String = "", retryAfter: Duration? = nil) {
        self.code = code
        self.reason = reason
        self.message = VisibleText.of(message).cut(toBytes: Self.messageByteLimit)
        self.retryAfter = retryAfter
    }

    /// Reads an answer.
    ///
    /// - Parameters:
    ///   - code: the status code of HTTP; 0 to take the code of the Status.
    ///   - retryAfter: the header `Retry-After`; only seconds count, because API servers send nothing else.
    ///   - body: a Status, or any other text, of which the first line becomes the message.
    package init(code: Int, retryAfter: String?, body: Span<UInt8>) {
        self.code = code
        do throws(DecodingFailure) {
            try read(body)
        } catch {
            self = Self(code: code, message: Self.firstLine(of: body))
        }
        message = VisibleText.of(message).cut(toBytes: Self.messageByteLimit)
        if let seconds = retryAfter.flatMap({ Int($0) }), seconds > 0 { self.retryAfter = .seconds(seconds) }
    }

    /// Whether the server no longer knows the version or the token that was sent.
    package var isExpired: Bool { code == 410 || reason == "Expired" || reason == "Gone" }

    /// Whether the kind is not installed.
    package var isAbsent: Bool { code == 404 }

    private mutating func read(_ body: Span<UInt8>) throws(DecodingFailure) {
        var reader = JSONReader(body)
        reader.start()
        guard var status = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &status, of: Field.self) {
            switch field {
            case .code:
                let own = Int(clamping: try reader.readInteger() ?? 0)
                if code == 0 { code = own }
            case .reason: reason = try reader.readString() ?? ""
            case .message: message = try reader.readString() ?? ""
            case .details: try readDetails(&reader)
            case .retryAfterSeconds: try reader.skipValue()
            }
        }
    }

    private mutating func readDetails(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var details = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &details, of: Field.self) {
            guard field == .retryAfterSeconds else {
                try reader.skipValue()
                continue
            }
            let seconds = try reader.readInteger() ?? 0
            if seconds > 0 { retryAfter = .seconds(seconds) }
        }
    }

    private static func firstLine(of body: Span<UInt8>) -> String {
        var line: [UInt8] = []
        for index in 0..<min(body.count, messageByteLimit) {
            guard body[index] != UInt8(ascii: "\n") else { break }
            line.append(body[index])
        }
        return String(decoding: line, as: UTF8.self)
    }
}

extension ServerRefusal: CustomStringConvertible {
    /// One line, such as `status 403: pods is forbidden: …`.
    package var description: String {
        message.isEmpty ? "status \(code)" : "status \(code): \(message)"
    }
}
