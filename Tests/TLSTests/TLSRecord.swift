/// A record as on the wire.
///
/// Source: <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
struct TLSRecord {
    let type: UInt8
    let payload: [UInt8]

    /// Splits bytes into records.
    static func records(in bytes: [UInt8]) -> [TLSRecord] {
        var records: [TLSRecord] = []
        var rest = bytes[...]
        while rest.count >= 5 {
            let header = Array(rest.prefix(5))
            let count = Int(header[3]) << 8 | Int(header[4])
            records.append(TLSRecord(type: header[0], payload: Array(rest.dropFirst(5).prefix(count))))
            rest = rest.dropFirst(5 + count)
        }
        return records
    }
}
