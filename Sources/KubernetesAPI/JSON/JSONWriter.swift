/// A key that is written with every request, as JSON.
package struct JSONKey: Sendable {
    /// The key as JSON, with the colon behind it.
    fileprivate let bytes: [UInt8]

    /// A key from its JSON text with the colon, such as `"uid":`.
    init(json text: String) {
        bytes = Array(text.utf8)
    }
}

/// Writes JSON text into one growing buffer.
///
/// The caller writes the structure; the writer escapes strings, puts commas between members and, if wanted, breaks lines. It also escapes
/// every character that ``VisibleText`` calls hidden, and in an indented text each `#` behind another; decoding the text gives the same value.
package struct JSONWriter: Sendable {
    /// How the text is laid out.
    package enum Layout: Sendable {
        /// One line without spaces.
        case compact
        /// A line for each member and element, two spaces a level, as Go's encoder indents.
        case indented
    }

    /// The text so far, UTF-8.
    package private(set) var bytes: [UInt8] = []
    private let layout: Layout
    private var depth = 0
    /// Whether a value was written last, so that a comma has to follow.
    private var needsComma = false
    /// Whether a key was written last, so that its value goes on the same line.
    private var isAfterKey = false

    /// An empty text.
    package init(layout: Layout = .compact, reservingCapacity capacity: Int = 512) {
        self.layout = layout
        bytes.reserveCapacity(capacity)
    }

    /// Opens an object.
    package mutating func beginObject() {
        open(UInt8(ascii: "{"))
    }

    /// Opens an object with members that a writer of ``nested()`` wrote for the same level.
    package mutating func beginObject(with text: [UInt8]) {
        separate()
        bytes += text
        needsComma = true
        depth += 1
    }

    /// A writer for the next value, for a text that is used several times.
    package func nested() -> JSONWriter {
        var writer = JSONWriter(layout: layout)
        writer.depth = depth
        writer.isAfterKey = true
        return writer
    }

    /// Closes an object.
    package mutating func endObject() {
        close(UInt8(ascii: "}"))
    }

    /// Opens an array.
    package mutating func beginArray() {
        open(UInt8(ascii: "["))
    }

    /// Closes an array.
    package mutating func endArray() {
        close(UInt8(ascii: "]"))
    }

    /// Writes a key; the next call writes its value.
    package mutating func key(_ name: String) {
        let mayHoldCommand = layout == .indented && name.utf8.span.hasAdjacentNumberSigns
        if mayHoldCommand || !writeShort(name.utf8.span, isKey: true) {
            write(name)
            bytes.append(UInt8(ascii: ":"))
            if layout == .indented { bytes.append(UInt8(ascii: " ")) }
        }
        needsComma = false
        isAfterKey = true
    }

    /// Writes a key that is kept as JSON.
    package mutating func key(_ key: borrowing JSONKey) {
        separate()
        bytes += key.bytes
        if layout == .indented { bytes.append(UInt8(ascii: " ")) }
        needsComma = false
        isAfterKey = true
    }

    /// Writes a string.
    package mutating func write(_ text: String) {
        if layout == .indented, text.utf8.span.hasAdjacentNumberSigns { return writeWithoutCommands(text) }
        let span = text.utf8.span
        if writeShort(span, isKey: false) { return }
        separate()
        if span.isPlainASCII {
            bytes.append(UInt8(ascii: "\""))
            bytes.append(contentsOf: text.utf8)
            bytes.append(UInt8(ascii: "\""))
        } else if Self.isASCIIWithoutDEL(span) {
            writeEscaping(span)
        } else {
            writeEscaping(text.unicodeScalars)
        }
        needsComma = true
    }

    /// Writes a string in which the runner of a CI job could find a command such as `##[error]`: each `#` behind another is escaped.
    ///
    /// Only indented texts are printed by jobs.
    @inline(never)
    private mutating func writeWithoutCommands(_ text: String) {
        separate()
        writeEscaping(text.unicodeScalars, escapesNumberSigns: true)
        needsComma = true
    }

    /// The length in bytes up to which a loop is faster than a call to copy memory.
    private static let shortByteCount = 32

    /// Writes a short string and everything around it in one step; writes nothing and returns `false` if the string is long or needs an
    /// escape.
    private mutating func writeShort(_ span: Span<UInt8>, isKey: Bool) -> Bool {
        guard span.count <= Self.shortByteCount, span.isPlainASCII else { return false }
        let isIndented = layout == .indented
        let indent = isIndented && !isAfterKey && depth > 0 ? 2 * depth : 0
        bytes.append(addingCapacity: span.count &+ 6 &+ indent) { output in
            if needsComma { output.append(UInt8(ascii: ",")) }
            if indent > 0 { Self.breakLine(indent, into: &output) }
            output.append(UInt8(ascii: "\""))
            output.append(copying: span)
            output.append(UInt8(ascii: "\""))
            if isKey { output.append(UInt8(ascii: ":")) }
            if isKey, isIndented { output.append(UInt8(ascii: " ")) }
        }
        needsComma = true
        isAfterKey = false
        return true
    }

    /// Writes a string that is not only visible ASCII, with the escapes that it needs, and if wanted with each `#` behind another escaped.
    private mutating func writeEscaping(_ scalars: String.UnicodeScalarView, escapesNumberSigns: Bool = false) {
        bytes.append(UInt8(ascii: "\""))
        var isAfterNumberSign = false
        for scalar in scalars {
            let isNumberSign = escapesNumberSigns && scalar == "#"
            defer { isAfterNumberSign = isNumberSign }
            if isNumberSign, isAfterNumberSign {
                bytes.append(addingCapacity: 6) { output in Self.escape(unit: UInt16(UInt8(ascii: "#")), into: &output) }
            } else if scalar.isASCII, Self.isEscaped(UInt8(truncatingIfNeeded: scalar.value)) {
                bytes.append(addingCapacity: 6) { output in Self.escape(UInt8(truncatingIfNeeded: scalar.value), into: &output) }
            } else if VisibleText.isHidden(scalar) {
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                    bytes.append(addingCapacity: 6) { output in Self.escape(unit: unit, into: &output) }
                }
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a string of ASCII without DEL with the escapes that it needs, eight bytes at a time where none is needed.
    private mutating func writeEscaping(_ span: Span<UInt8>) {
        bytes.append(addingCapacity: Self.quotedByteLimit(span)) { output in
            output.append(UInt8(ascii: "\""))
            var index = 0
            while let word = span.word(at: index) {
                let stops = word.stringStops
                guard stops != 0 else {
                    output.append(word: word)
                    index &+= 8
                    continue
                }
                let plainCount = stops.trailingZeroBitCount &>> 3
                for offset in 0..<plainCount { output.append(word.byte(at: offset)) }
                Self.escape(word.byte(at: plainCount), into: &output)
                index &+= plainCount &+ 1
            }
            while index < span.count {
                let byte = span[index]
                if Self.isEscaped(byte) { Self.escape(byte, into: &output) } else { output.append(byte) }
                index &+= 1
            }
            output.append(UInt8(ascii: "\""))
        }
    }

    /// Tells whether JSON requires an escape for a byte of ASCII; ``Swift/UInt64/stringStops`` finds the same among eight.
    @inline(__always)
    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    /// Tells whether a text is ASCII without DEL, so that only the escapes that JSON requires are needed.
    private static func isASCIIWithoutDEL(_ text: Span<UInt8>) -> Bool {
        var marks: UInt8 = 0
        // The loop has no branches, so that the compiler tests many bytes at a time.
        for index in text.indices { marks |= text[index] &+ 1 }
        return marks & 0x80 == 0
    }

    /// The most bytes that a text of ASCII takes in JSON, quotes included: six for each of eight bytes with one that needs an escape.
    private static func quotedByteLimit(_ text: Span<UInt8>) -> Int {
        var limit = 6 &* (text.count & 7) &+ 2
        var index = 0
        while let word = text.word(at: index) {
            limit &+= word.stringStops == 0 ? 8 : 48
            index &+= 8
        }
        return limit
    }

    /// Writes an integer.
    package mutating func write(_ value: Int) {
        separate()
        bytes.appendDecimal(value)
        needsComma = true
    }

    /// Writes a boolean.
    package mutating func write(_ value: Bool) {
        separate()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
        needsComma = true
    }

    /// Writes null.
    package mutating func writeNull() {
        separate()
        bytes.append(contentsOf: "null".utf8)
        needsComma = true
    }

    /// Ends the text with a line feed.
    package mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// Returns the text so far; later writes continue behind it.
    package mutating func drain() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// Continues as after an element that was written elsewhere.
    package mutating func resumeBehindElement() {
        needsComma = true
    }

    /// Writes the opening of an object or array.
    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
        depth += 1
    }

    /// Writes the end of an object or array.
    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        if needsComma { breakLine() }
        bytes.append(bracket)
        needsComma = true
    }

    /// Writes the separator before a key, an element or a member's value.
    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        if isAfterKey {
            isAfterKey = false
        } else if depth > 0 {
            breakLine()
        }
    }

    /// Starts a new line if the layout has lines.
    private mutating func breakLine() {
        guard layout == .indented else { return }
        let indent = 2 * depth
        bytes.append(addingCapacity: 1 + indent) { output in Self.breakLine(indent, into: &output) }
    }

    /// Writes a line feed and `indent` spaces.
    private static func breakLine(_ indent: Int, into output: inout OutputSpan<UInt8>) {
        output.append(UInt8(ascii: "\n"))
        output.append(repeating: UInt8(ascii: " "), count: indent)
    }

    /// Writes the escape of a quote, a backslash or a control character.
    private static func escape(_ byte: UInt8, into output: inout OutputSpan<UInt8>) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte, into: &output)
        case 0x0A: append(UInt8(ascii: "n"), into: &output)
        case 0x0D: append(UInt8(ascii: "r"), into: &output)
        case 0x09: append(UInt8(ascii: "t"), into: &output)
        default: escape(unit: UInt16(byte), into: &output)
        }
    }

    /// Writes a backslash and what follows it.
    private static func append(_ byte: UInt8, into output: inout OutputSpan<UInt8>) {
        output.append(UInt8(ascii: "\\"))
        output.append(byte)
    }

    /// Writes a unit of UTF-16 as `\u001b`.
    private static func escape(unit: UInt16, into output: inout OutputSpan<UInt8>) {
        append(UInt8(ascii: "u"), into: &output)
        output.append(hexadecimalDigit(UInt8(truncatingIfNeeded: unit >> 12)))
        output.append(hexadecimalDigit(UInt8(truncatingIfNeeded: unit >> 8 & 0x0F)))
        output.append(hexadecimalDigit(UInt8(truncatingIfNeeded: unit >> 4 & 0x0F)))
        output.append(hexadecimalDigit(UInt8(truncatingIfNeeded: unit & 0x0F)))
    }

    /// The lower-case digit for a value below 16.
    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
