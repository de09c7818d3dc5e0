import KubernetesAPI

/// A message while it is built from pieces.
///
/// Appending to a string checks uniqueness and encoding for each piece; for the two dozen pieces of a message an array of bytes is faster.
struct MessageText {
    private var bytes: [UInt8] = []

    /// An empty message, with room for its probable length in bytes.
    init(reservingCapacity capacity: Int = 128) {
        bytes.reserveCapacity(capacity)
    }

    /// The number of bytes so far.
    var byteCount: Int { bytes.count }

    /// The message so far.
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Appends a piece.
    @inline(never)
    static func += (text: inout Self, piece: String) {
        text.append(piece.utf8.span)
    }

    /// Appends a part of another message.
    mutating func append(_ other: borrowing Self, _ range: Range<Int>) {
        append(other.bytes.span.extracting(range))
    }

    /// Appends an integer.
    mutating func append(_ number: Int) {
        bytes.appendDecimal(number)
    }

    @inline(__always)
    private mutating func append(_ span: Span<UInt8>) {
        bytes.append(addingCapacity: span.count) { output in
            for index in span.indices { output.append(span[index]) }
        }
    }
}

/// Names the object of a request in messages: `Pod payments/mixed`.
enum ObjectTitle {
    /// The longest name of an object, in bytes.
    ///
    /// It is shorter if the policy has guidance: then there is still room for a reason and for the way to the minimum.
    static func nameByteLimit(under policy: ScorePolicy) -> Int {
        policy.guidance == nil ? 253 : 120
    }

    /// The kind, the Namespace of the request and the object's name; with `generateName`, its beginning and a `*`.
    static func text(of request: AdmissionRequest, nameByteLimit: Int) -> String {
        var text = MessageText()
        append(request, nameByteLimit: nameByteLimit, to: &text)
        return text.string
    }

    /// Appends the same to a text.
    static func append(_ request: AdmissionRequest, nameByteLimit: Int, to text: inout MessageText) {
        text += DisplayText.oneLine(request.kind.kind, byteLimit: 30)
        text += " "
        if !request.namespace.isEmpty {
            text += DisplayText.oneLine(request.namespace, byteLimit: 63)
            text += "/"
        }
        text += DisplayText.oneLine(name(in: request), byteLimit: nameByteLimit)
    }

    private static func name(in request: AdmissionRequest) -> String {
        let name = request.objectName
        if !name.isEmpty { return name }
        if !request.name.isEmpty { return request.name }
        if let prefix = request.object.object?.metadata.generateName, !prefix.isEmpty { return prefix + "*" }
        return "without a name"
    }
}
