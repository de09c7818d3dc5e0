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
        var (first, second) = (FNV1a(), FNV1a(basis: 0x6c62_272e_07bb_0142))
        first.combine(texts)
        second.combine(texts)
        return first.value.hexDigits + second.value.hexDigits
    }
}
