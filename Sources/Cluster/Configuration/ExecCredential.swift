import KubernetesAPI
import YAML

/// The credentials that a plugin gave.
package struct ExecCredential: Sendable, Equatable {
    /// The token for the header `Authorization`.
    package let token: Secret?
    /// A client certificate with its intermediates and its key, both PEM.
    package let certificate: (chainPEM: [UInt8], keyPEM: [UInt8])?
    /// When they are no longer used, in seconds since 1970-01-01 UTC; `nil` until an API server rejects them.
    package let expiresAt: Int64?

    /// Reads an ExecCredential, in JSON or YAML, of the version that was asked for.
    package init(parsing text: [UInt8], apiVersion: String) throws(PluginFailure) {
        var documents = YAMLStream(text)
        guard case .success(let node) = documents.next() else { throw .invalidAnswer("it is not JSON") }
        guard node["kind"]?.text == "ExecCredential" else { throw .invalidAnswer("kind is not ExecCredential") }
        let found = node["apiVersion"]?.text ?? ""
        guard found == apiVersion else { throw .invalidAnswer("apiVersion is \(found.debugDescription), not \(apiVersion)") }
        guard let status = node["status"] else { throw .invalidAnswer("it has no status") }
        token = try Self.text(status, "token").map { Secret($0) }
        let chain = try Self.text(status, "clientCertificateData")
        let key = try Self.text(status, "clientKeyData")
        switch (chain, key) {
        case (nil, nil): certificate = nil
        case (let chain?, let key?): certificate = (Array(chain.utf8), Array(key.utf8))
        default: throw .invalidAnswer("it has only one of clientCertificateData and clientKeyData")
        }
        guard token != nil || certificate != nil else { throw .invalidAnswer("it has neither a token nor a client certificate") }
        guard let time = try Self.text(status, "expirationTimestamp") else {
            expiresAt = nil
            return
        }
        guard let seconds = Timestamp.unixSeconds(of: time) else {
            throw .invalidAnswer("expirationTimestamp \(time.debugDescription) is no time; expected one such as 2027-03-31T08:15:00Z")
        }
        expiresAt = seconds
    }

    package static func == (first: Self, second: Self) -> Bool {
        first.token == second.token && first.expiresAt == second.expiresAt
            && first.certificate?.chainPEM == second.certificate?.chainPEM && first.certificate?.keyPEM == second.certificate?.keyPEM
    }

    private static func text(_ status: ManifestNode, _ field: String) throws(PluginFailure) -> String? {
        guard let node = status[field] else { return nil }
        if case .null = node.value { return nil }
        guard let text = node.text else { throw .invalidAnswer("\(field) is not a string") }
        return text.isEmpty ? nil : text
    }
}

/// A time as the Kubernetes API writes it.
package enum Timestamp {
    private static let secondsPerDay: Int64 = 86_400

    /// The seconds since 1970-01-01 UTC of a time of RFC 3339, without its fraction; `nil` for any other text.
    package static func unixSeconds(of text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, let date = CivilDate(parsing: String(text.prefix(10))),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = pair(bytes, at: 11), let minute = pair(bytes, at: 14), let second = pair(bytes, at: 17),
            hour < 24, minute < 60, second <= 60,
            let zone = zoneSeconds(bytes[19...].drop { $0 == UInt8(ascii: ".") || 0x30...0x39 ~= $0 })
        else { return nil }
        return date.daysSinceEpoch * secondsPerDay + hour * 3_600 + minute * 60 + second - zone
    }

    /// The seconds by which a zone is ahead of UTC.
    private static func zoneSeconds(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let zone = Array(bytes)
        if zone == [UInt8(ascii: "Z")] || zone == [UInt8(ascii: "z")] { return 0 }
        guard zone.count == 6, zone[0] == UInt8(ascii: "+") || zone[0] == UInt8(ascii: "-"), zone[3] == UInt8(ascii: ":"),
            let hours = pair(zone, at: 1), let minutes = pair(zone, at: 4), hours < 24, minutes < 60
        else { return nil }
        return (zone[0] == UInt8(ascii: "-") ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }

    private static func pair(_ bytes: [UInt8], at index: Int) -> Int64? {
        guard 0x30...0x39 ~= bytes[index], 0x30...0x39 ~= bytes[index + 1] else { return nil }
        return Int64(bytes[index] - 0x30) * 10 + Int64(bytes[index + 1] - 0x30)
    }
}
