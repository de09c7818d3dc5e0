import AdmissionPolicy
import KubernetesAPI

/// The identity of a finding across scans, independent of its position: the object, the part of it, and the rule.
struct FindingIdentity {
    private let parts: [String]

    /// Creates the identity of a finding; a document without a name is identified by its file.
    init(_ finding: ReportFinding, in document: ScannedDocument) {
        let metadata = document.outcome.object?.metadata
        let name = [metadata?.name, metadata?.generateName].compactMap { $0 }.first { !$0.isEmpty }
        let part: [String] =
            switch finding.part {
            case .whole: ["", ""]
            case .container(let name): ["container", name]
            case .volume(let name): ["volume", name]
            }
        let kind = document.outcome.object?.kind ?? ""
        let path = finding.part == .whole ? finding.path : ""
        parts = [kind, metadata?.namespace ?? "", name ?? document.fileName] + part + [finding.rule, path]
    }

    /// Thirty-two hexadecimal digits, equal for equal identities and practically unique for different ones.
    var fingerprint: String {
        let texts = parts.flatMap { [UInt8](String($0.utf8.count).utf8) + [UInt8(ascii: ":")] + Array($0.utf8) }
        return Self.hash(texts, from: 0xcbf2_9ce4_8422_2325) + Self.hash(texts, from: 0x6c62_272e_07bb_0142)
    }

    /// Returns the 64-bit FNV-1a hash of bytes, starting from a basis.
    ///
    /// Source: <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv-21>
    private static func hash(_ bytes: [UInt8], from basis: UInt64) -> String {
        let value = bytes.reduce(basis) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
