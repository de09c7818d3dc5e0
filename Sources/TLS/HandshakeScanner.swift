/// Scans the first bytes of a client for a ClientHello that is longer than any client needs.
///
/// libssl allocates memory for a message as soon as its length is announced, and allows a ClientHello of 128 KiB. It rejects other
/// plaintext messages before it allocates memory, or has a small limit for them.
struct HandshakeScanner {
    /// The longest ClientHello, in bytes; today's clients send at most 2 KiB, including keys for post-quantum exchange.
    static let messageByteLimit = 1 << 14

    /// The content type of a handshake record. Source: <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
    private static let handshakeType: UInt8 = 22
    /// The type of a ClientHello. Source: <https://www.rfc-editor.org/rfc/rfc8446#section-4>
    private static let clientHelloType: UInt8 = 1
    private static let recordHeaderByteCount = 5
    private static let messageHeaderByteCount = 4

    /// The bytes of the record's header that have arrived, and their content.
    private var recordHeader = (count: 0, type: UInt8(0), length: 0)
    /// The bytes of the record that are still to come.
    private var recordRest = 0
    /// The bytes of the message's header that have arrived, and their content.
    private var messageHeader = (count: 0, type: UInt8(0), length: 0)
    /// The bytes of the message that are still to come.
    private var messageRest = 0

    /// Starts before the first byte.
    init() {}

    /// Scans the next bytes; `false` if they announce a message that is too long.
    mutating func accepts(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            guard recordRest > 0 else {
                takeRecordHeader(bytes[index])
                index += 1
                continue
            }
            let count = min(recordRest, bytes.count - index)
            if recordHeader.type == Self.handshakeType, !acceptsMessages(bytes.extracting(index..<index + count)) { return false }
            recordRest -= count
            index += count
        }
        return true
    }

    private mutating func takeRecordHeader(_ byte: UInt8) {
        switch recordHeader.count {
        case 0: recordHeader.type = byte
        case 3: recordHeader.length = Int(byte) << 8
        case 4: recordHeader.length |= Int(byte)
        default: break
        }
        recordHeader.count += 1
        guard recordHeader.count == Self.recordHeaderByteCount else { return }
        recordHeader.count = 0
        recordRest = recordHeader.length
    }

    private mutating func takeMessageHeader(_ byte: UInt8) {
        if messageHeader.count == 0 {
            messageHeader.type = byte
        } else {
            messageHeader.length = messageHeader.length << 8 | Int(byte)
        }
        messageHeader.count += 1
    }

    private mutating func acceptsMessages(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count {
            guard messageRest == 0 else {
                let count = min(messageRest, bytes.count - index)
                messageRest -= count
                index += count
                continue
            }
            takeMessageHeader(bytes[index])
            index += 1
            guard messageHeader.count == Self.messageHeaderByteCount else { continue }
            if messageHeader.type == Self.clientHelloType, messageHeader.length > Self.messageByteLimit { return false }
            messageRest = messageHeader.length
            messageHeader = (0, 0, 0)
        }
        return true
    }
}
