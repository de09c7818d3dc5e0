/// What a fake API server does with one request: bytes, silence and ends, in order.
struct ScriptedAnswer: Sendable {
    /// One step of an answer.
    enum Step: Sendable {
        case send([UInt8])
        /// Nothing happens for a time of the test's clock.
        case silence(Duration)
        /// The connection is closed, whether or not the answer is complete.
        case close
    }

    /// A part of the body of a watch.
    enum WatchPart: Sendable {
        case event(String, FakeObject)
        case bookmark(Int)
        case error(code: Int, reason: String)
        /// A line as it is, without its line feed.
        case line(String)
        /// Text without a line feed.
        case text(String)
        case silence(Duration)
        /// The orderly end.
        case end
        case cut

        var text: String? {
            switch self {
            case .event(let type, let object): #"{"type":"\#(type)","object":\#(object.json)}"# + "\n"
            case .bookmark(let version):
                #"{"type":"BOOKMARK","object":{"kind":"ScorePolicy","metadata":{"resourceVersion":"\#(version)"}}}"# + "\n"
            case .error(let code, let reason):
                #"{"type":"ERROR","object":{"kind":"Status","metadata":{},"reason":"\#(reason)","code":\#(code)}}"# + "\n"
            case .line(let line): line + "\n"
            case .text(let text): text
            case .silence, .end, .cut: nil
            }
        }
    }

    /// Longer than any test.
    static let forever = Duration.seconds(1 << 40)

    var steps: [Step]

    /// An answer whose body has a known length.
    static func answer(_ code: Int, _ body: String = "", type: String = "application/json", headers: String = "") -> Self {
        let head = "HTTP/1.1 \(code) Status\r\nContent-Type: \(type)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n"
        return Self(steps: [.send(Array((head + body).utf8))])
    }

    /// A Status.
    static func status(_ code: Int, _ reason: String, retryAfter: Int? = nil) -> Self {
        answer(
            code,
            #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","reason":"\#(reason)","code":\#(code)}"#,
            headers: retryAfter.map { "Retry-After: \($0)\r\n" } ?? ""
        )
    }

    /// A recorded answer of a real API server; a chunked one in chunks.
    static func recorded(_ name: String, ending end: [Step] = []) throws -> Self {
        let recording = try Recording(name)
        let isChunked = recording.headers.contains { $0.name == "Transfer-Encoding" }
        let headers = recording.headers.filter { $0.name != "Content-Length" && $0.name != "Transfer-Encoding" }
        let lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        let framing = isChunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: \(recording.body.count)\r\n\r\n"
        let head = Array("HTTP/1.1 \(recording.code) Status\r\n\(lines)\(framing)".utf8)
        guard isChunked else { return Self(steps: [.send(head + recording.body)]) }
        return Self(steps: [.send(head + chunk(recording.body))] + (end.isEmpty ? [.send(lastChunk)] : end))
    }

    /// A page of a list, in chunks as API servers send it.
    static func list(_ objects: [FakeObject], version: Int, next token: String = "") -> Self {
        let items = objects.map(\.json).joined(separator: ",")
        let body = #"{"kind":"ScorePolicyList","metadata":{"continue":"\#(token)","resourceVersion":"\#(version)"},"items":[\#(items)]}"#
        return Self(steps: [.send(chunkedHead + chunk(Array(body.utf8)) + lastChunk)])
    }

    /// A watch of which each part is a chunk; without an end it stays open and silent.
    static func watch(_ parts: WatchPart...) -> Self {
        watch(parts)
    }

    /// A watch of which each part is a chunk; without an end it stays open and silent.
    static func watch(_ parts: [WatchPart]) -> Self {
        var steps: [Step] = [.send(chunkedHead)]
        for part in parts {
            switch part {
            case .silence(let duration): steps.append(.silence(duration))
            case .end: steps.append(.send(lastChunk))
            case .cut: steps.append(.close)
            default: if let text = part.text { steps.append(.send(chunk(Array(text.utf8)))) }
            }
        }
        switch parts.last {
        case .end, .cut: break
        default: steps.append(.silence(forever))
        }
        return Self(steps: steps)
    }

    private static let chunkedHead = Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
    private static let lastChunk = Array("0\r\n\r\n".utf8)

    private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + Array("\r\n".utf8)
    }
}

/// Faults that are made of an answer.
extension ScriptedAnswer {
    /// All bytes of the answer.
    var byteCount: Int { bytes.count }

    /// The connection is closed behind a number of bytes.
    func cut(atByte count: Int) -> Self {
        Self(steps: [.send(Array(bytes.prefix(count))), .close])
    }

    /// Nothing more comes behind a number of bytes, and the connection stays open.
    func stalled(atByte count: Int) -> Self {
        Self(steps: [.send(Array(bytes.prefix(count))), .silence(Self.forever)])
    }

    /// Sends the bytes in pieces of a size, with a pause of the test's clock behind each.
    func inPieces(of size: Int, every pause: Duration? = nil) -> Self {
        let pieces = stride(from: 0, to: bytes.count, by: size).flatMap { start -> [Step] in
            let piece = Step.send(Array(bytes[start..<min(start + size, bytes.count)]))
            return pause.map { [piece, .silence($0)] } ?? [piece]
        }
        return Self(steps: pieces + stepsBehindLastByte)
    }

    /// Sends the body in pieces of one byte, with a pause of the test's clock behind each; the header comes at once.
    func withSlowBody(every pause: Duration) -> Self {
        let headEnd = bytes.indices.dropLast(3).first { bytes[$0..<($0 + 4)].elementsEqual("\r\n\r\n".utf8) }.map { $0 + 4 } ?? 0
        let pieces = bytes[headEnd...].flatMap { [Step.send([$0]), .silence(pause)] }
        return Self(steps: [.send(Array(bytes[..<headEnd]))] + pieces + stepsBehindLastByte)
    }

    /// Sends everything at once, whatever the chunks are.
    var inOnePiece: Self { inPieces(of: bytes.count) }

    private var stepsBehindLastByte: ArraySlice<Step> {
        let last = steps.lastIndex { if case .send = $0 { true } else { false } }
        return steps[(last.map { $0 + 1 } ?? 0)...]
    }

    private var bytes: [UInt8] {
        steps.flatMap { step -> [UInt8] in
            if case .send(let bytes) = step { bytes } else { [] }
        }
    }
}
