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

/// A list that is written within a number of bytes: entries that do not fit in full are shortened, and the rest is counted.
///
/// All entries are in one text, in which the short form of an entry is the beginning of its full form.
struct BoundedList {
    /// The ends of an entry's two forms in the text; the entry begins where the one before it ends.
    private struct Entry {
        let shortEnd: Int
        let end: Int
    }

    /// The entries in full; the caller appends each one, then calls ``endEntry(shortEnd:)``.
    var text: MessageText
    private var entries: [Entry] = []

    /// An empty list, with room for the probable length of its text in bytes.
    init(reservingCapacity capacity: Int = 128) {
        text = MessageText(reservingCapacity: capacity)
    }

    /// Ends an entry, which begins with what separates it from the one before, such as a comma or the name of a new clause.
    ///
    /// - Parameter shortEnd: The length of the text behind the entry's short form; `nil` for an entry that cannot be shortened.
    mutating func endEntry(shortEnd: Int? = nil) {
        if entries.isEmpty { entries.reserveCapacity(16) }
        entries.append(Entry(shortEnd: shortEnd ?? text.byteCount, end: text.byteCount))
    }

    /// Appends the list to a text that may have a number of bytes then, with as many of the first entries in full as possible.
    ///
    /// Appends nothing if not even the count fits.
    func write(to output: inout MessageText, byteLimit: Int) {
        let room = byteLimit - output.byteCount
        let kept = keptCount(within: room)
        let rest = kept < entries.count ? Self.more(entries.count - kept) : ""
        guard kept > 0 else {
            if rest.utf8.count <= room { output += rest }
            return
        }
        var growthLimit = room - rest.utf8.count - shortestLength(ofFirst: kept)
        var start = 0
        for entry in entries.prefix(kept) {
            let growth = entry.end - entry.shortEnd
            let isFull = growth <= growthLimit
            if isFull { growthLimit -= growth }
            output.append(text, start..<(isFull ? entry.end : entry.shortEnd))
            start = entry.end
        }
        output += rest
    }

    /// Returns the list as a separate text.
    func string(byteLimit: Int) -> String {
        var text = MessageText(reservingCapacity: 64)
        write(to: &text, byteLimit: byteLimit)
        return text.string
    }

    /// The number of bytes of all entries in short form.
    var shortestLength: Int { shortestLength(ofFirst: entries.count) }

    private func shortestLength(ofFirst count: Int) -> Int {
        var (length, start) = (0, 0)
        for entry in entries.prefix(count) {
            length += entry.shortEnd - start
            start = entry.end
        }
        return length
    }

    /// The number of entries whose short forms fit together with the count of the others.
    private func keptCount(within byteLimit: Int) -> Int {
        guard shortestLength > byteLimit else { return entries.count }
        var used = Self.more(entries.count).utf8.count
        var (kept, start) = (0, 0)
        for entry in entries {
            used += entry.shortEnd - start
            guard used <= byteLimit else { break }
            kept += 1
            start = entry.end
        }
        return kept
    }

    private static func more(_ count: Int) -> String { " and \(count) more" }
}

/// Makes text from a request safe to show: on one line, visible, and bounded.
///
/// The API server silently drops a warning with a control character.
/// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apimachinery/pkg/util/net/http.go>, `NewWarningHeader`
package enum DisplayText {
    /// Writes a text in quotation marks, so that a name cannot look like a part of the message.
    static func quoted(_ text: String, byteLimit: Int = 63) -> String {
        "\"" + fitted(text, byteLimit: byteLimit, quotation: true) + "\""
    }

    /// Writes a text on one line.
    package static func oneLine(_ text: String, byteLimit: Int) -> String {
        fitted(text, byteLimit: byteLimit, quotation: false)
    }

    /// Cuts a text that is longer than a number of bytes between two scalars and adds an ellipsis.
    package static func truncated(_ text: String, byteLimit: Int) -> String {
        guard text.utf8.count > byteLimit else { return text }
        var kept = String.UnicodeScalarView()
        var byteCount = ellipsis.utf8.count
        for scalar in text.unicodeScalars {
            byteCount += UTF8.width(scalar)
            guard byteCount <= byteLimit else { break }
            kept.append(scalar)
        }
        return String(kept) + ellipsis
    }

    private static let ellipsis = "…"

    /// Replaces invisible characters by their numbers, such as `\u{1B}`, and cuts long texts.
    ///
    /// Each scalar becomes at least one byte, so only as much of the text is read as fits; it can have megabytes.
    private static func fitted(_ text: String, byteLimit: Int, quotation: Bool) -> String {
        // Most texts need no escaping; those are returned without a copy.
        if text.utf8.count <= byteLimit, quotation ? text.isPlainASCII : text.isVisibleASCII { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(text.utf8.count, byteLimit) + 16)
        for scalar in text.unicodeScalars {
            if quotation, scalar == "\"" || scalar == "\\" {
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            } else if VisibleText.isHidden(scalar) {
                bytes.append(contentsOf: VisibleText.number(of: scalar).utf8)
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
            if bytes.count > byteLimit { break }
        }
        return truncated(String(decoding: bytes, as: UTF8.self), byteLimit: byteLimit)
    }
}
