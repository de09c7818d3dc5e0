import KubernetesAPI
import NIOCore

/// The answer to one request.
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
        case misdirectedRequest = 421
        case headerFieldsTooLarge = 431
        case internalServerError = 500
        case serviceUnavailable = 503
    }

    /// A header field that only some answers have.
    enum Field: Sendable, Equatable {
        case none
        /// The methods that the path has.
        case allow(String)
        /// The path to use instead.
        case location(String)
        /// The client should try again in a second; the API server does, within its timeout.
        ///
        /// Source: <https://github.com/kubernetes/client-go/blob/v0.33.0/rest/with_retry.go>
        case retryAfterOneSecond
        /// The seconds since the content was made.
        case age(Int)
        /// The fields of a page for a browser: its `Content-Security-Policy`, and that nobody may frame it, keep it or guess its type.
        case page(contentPolicy: String)
    }

    /// The fate of the connection after the answer.
    enum ConnectionField {
        /// It stays open, which is the default of HTTP/1.1.
        case unsaid
        /// It stays open, as a client of HTTP/1.0 has requested.
        case keepAlive
        case close
    }

    /// The media type of the body.
    enum MediaType: String, Sendable {
        case json = "application/json"
        case text = "text/plain; charset=utf-8"
        case metrics = "text/plain; version=0.0.4; charset=utf-8"
        case html = "text/html; charset=utf-8"
    }

    /// The status code.
    let status: Status
    /// A field that only some answers have.
    var field = Field.none
    /// The media type of the body.
    var mediaType = MediaType.json
    /// The body.
    let body: [UInt8]

    /// Makes an answer with a JSON object that says what is wrong.
    static func refusing(_ status: Status, _ error: String, field: Field = .none) -> Self {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("error", error)
        writer.endObject()
        writer.endLine()
        return Self(status: status, field: field, body: writer.bytes)
    }

    /// Makes an answer that the server has too much to do; the API server tries again.
    static func overloaded(_ error: String) -> Self {
        refusing(.serviceUnavailable, error, field: .retryAfterOneSecond)
    }

    /// The fields that all pages for a browser have.
    ///
    /// The answer depends on `Accept`, since other clients of the same paths get text or JSON.
    private static let pageFields: StaticString = """
        \r\nX-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\nVary: Accept
        """

    /// Writes head and body into one buffer, so that they leave in one write.
    func encode(into buffer: inout ByteBuffer, connection: ConnectionField, omitsBody: Bool) {
        buffer.writeStaticString(status.beginning)
        buffer.writeString(mediaType.rawValue)
        switch field {
        case .none: break
        case .allow(let methods): buffer.writeString("\r\nAllow: \(methods)")
        case .location(let path): buffer.writeString("\r\nLocation: \(path)")
        case .retryAfterOneSecond: buffer.writeStaticString("\r\nRetry-After: 1")
        case .age(let seconds): buffer.writeString("\r\nAge: \(seconds)")
        case .page(let contentPolicy):
            buffer.writeString("\r\nContent-Security-Policy: \(contentPolicy)")
            buffer.writeStaticString(Self.pageFields)
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
    /// The beginning of an answer: the status line and the name of the first field.
    var beginning: StaticString {
        switch self {
        case .ok: "HTTP/1.1 200 OK\r\nContent-Type: "
        case .seeOther: "HTTP/1.1 303 See Other\r\nContent-Type: "
        case .badRequest: "HTTP/1.1 400 Bad Request\r\nContent-Type: "
        case .notFound: "HTTP/1.1 404 Not Found\r\nContent-Type: "
        case .methodNotAllowed: "HTTP/1.1 405 Method Not Allowed\r\nContent-Type: "
        case .requestTimeout: "HTTP/1.1 408 Request Timeout\r\nContent-Type: "
        case .contentTooLarge: "HTTP/1.1 413 Content Too Large\r\nContent-Type: "
        case .unsupportedMediaType: "HTTP/1.1 415 Unsupported Media Type\r\nContent-Type: "
        case .misdirectedRequest: "HTTP/1.1 421 Misdirected Request\r\nContent-Type: "
        case .headerFieldsTooLarge: "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Type: "
        case .internalServerError: "HTTP/1.1 500 Internal Server Error\r\nContent-Type: "
        case .serviceUnavailable: "HTTP/1.1 503 Service Unavailable\r\nContent-Type: "
        }
    }
}
