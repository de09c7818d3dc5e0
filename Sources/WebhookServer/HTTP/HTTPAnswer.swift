import KubernetesAPI
import NIOCore

/// What one request gets back.
struct HTTPAnswer: Sendable, Equatable {
    /// The status codes in use.
    enum Status: Int, Sendable, CaseIterable {
        case ok = 200
        case seeOther = 303
        case badRequest = 400
        case notFound = 404
        case methodNotAllowed = 405
        case requestTimeout = 408
        case contentTooLarge = 413
        case unsupportedMediaType = 415
        case headerFieldsTooLarge = 431
        case internalServerError = 500
        case serviceUnavailable = 503
    }

    /// A header field that only some answers have.
    enum Field: Sendable, Equatable {
        case none
        /// The methods that the path has.
        case allow(String)
        /// Where to look instead.
        case location(String)
        /// Ask again in a second: the API server does, within its timeout.
        ///
        /// Source: <https://github.com/kubernetes/client-go/blob/v0.33.0/rest/with_retry.go>
        case retryAfterOneSecond
    }

    /// What becomes of the connection.
    enum ConnectionField {
        /// It stays open, which is what HTTP/1.1 means when nothing is said.
        case unsaid
        /// It stays open, for a client of HTTP/1.0 that asked.
        case keepAlive
        case close
    }

    /// The kind of the body.
    enum MediaType: String, Sendable {
        case json = "application/json"
        case text = "text/plain; charset=utf-8"
        case metrics = "text/plain; version=0.0.4; charset=utf-8"
    }

    /// The status code.
    let status: Status
    /// A field that only this answer has.
    var field = Field.none
    /// What the body is.
    var mediaType = MediaType.json
    /// The body.
    let body: [UInt8]

    /// Answers with a JSON object that says what is wrong.
    static func refusing(_ status: Status, _ error: String, field: Field = .none) -> Self {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("error", error)
        writer.endObject()
        writer.endLine()
        return Self(status: status, field: field, body: writer.bytes)
    }

    /// Says that the server has too much to do, so that the API server asks again.
    static func overloaded(_ error: String) -> Self {
        refusing(.serviceUnavailable, error, field: .retryAfterOneSecond)
    }

    /// Writes head and body as one run of bytes, so that they leave in one write.
    func encode(into buffer: inout ByteBuffer, connection: ConnectionField, omitsBody: Bool) {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeStaticString(status.line)
        buffer.writeStaticString("\r\nContent-Type: ")
        buffer.writeString(mediaType.rawValue)
        switch field {
        case .none: break
        case .allow(let methods): buffer.writeString("\r\nAllow: \(methods)")
        case .location(let path): buffer.writeString("\r\nLocation: \(path)")
        case .retryAfterOneSecond: buffer.writeStaticString("\r\nRetry-After: 1")
        }
        switch connection {
        case .unsaid: break
        case .keepAlive: buffer.writeStaticString("\r\nConnection: keep-alive")
        case .close: buffer.writeStaticString("\r\nConnection: close")
        }
        buffer.writeStaticString("\r\nContent-Length: ")
        buffer.writeString(String(body.count))
        buffer.writeStaticString("\r\n\r\n")
        if !omitsBody { buffer.writeBytes(body) }
    }
}

extension HTTPAnswer.Status {
    /// Code and reason phrase.
    var line: StaticString {
        switch self {
        case .ok: "200 OK"
        case .seeOther: "303 See Other"
        case .badRequest: "400 Bad Request"
        case .notFound: "404 Not Found"
        case .methodNotAllowed: "405 Method Not Allowed"
        case .requestTimeout: "408 Request Timeout"
        case .contentTooLarge: "413 Content Too Large"
        case .unsupportedMediaType: "415 Unsupported Media Type"
        case .headerFieldsTooLarge: "431 Request Header Fields Too Large"
        case .internalServerError: "500 Internal Server Error"
        case .serviceUnavailable: "503 Service Unavailable"
        }
    }
}
