import AdmissionPolicy
import KubernetesAPI

/// The object that a report is about, by the names that the cluster knows it by.
package struct ReportScope: Sendable {
    /// The Namespace; `nil` for an object that belongs to none, whose report belongs to none either.
    package let namespace: String?
    /// The API version, such as `apps/v1`.
    let apiVersion: String
    /// The kind.
    let kind: String
    /// The name.
    let name: String
    /// The UID; empty if it is not known.
    let uid: String
    /// Whether the object is of a kind that is read.
    ///
    /// A Pod can name an object of any other kind, also one that does not exist.
    let isProved: Bool

    /// The name of the report, such as `podscore-deployment-web-1f0c…`: the same in every pass, and another one for each object of a Namespace.
    ///
    /// Kind and name are in it for those who list reports. The digest at the end also covers the group and the UID, so different objects
    /// have different reports. It is not a cryptographic hash: someone who chooses these texts can make two objects share a name.
    package let reportName: String

    /// The longest text, in bytes: a group of 253, a slash and a version of 63.
    private static let byteLimit = 317

    /// A scope with these names; texts that are longer than Kubernetes allows are cut.
    package init(namespace: String?, apiVersion: String, kind: String, name: String, uid: String, isProved: Bool) {
        self.namespace = namespace.map { DisplayText.truncated($0, byteLimit: Self.byteLimit) }
        self.apiVersion = DisplayText.truncated(apiVersion, byteLimit: Self.byteLimit)
        self.kind = DisplayText.truncated(kind, byteLimit: Self.byteLimit)
        self.name = DisplayText.truncated(name, byteLimit: Self.byteLimit)
        self.uid = DisplayText.truncated(uid, byteLimit: Self.byteLimit)
        self.isProved = isProved
        reportName = Self.reportName(group: Self.group(of: apiVersion), kind: kind, name: name, uid: uid)
    }

    /// The longest name of an object of Kubernetes, in bytes.
    private static let nameByteLimit = 253

    private static func reportName(group: String, kind: String, name: String, uid: String) -> String {
        let readable = [kind.lowercased(), name].filter(isNamePart).joined(separator: "-")
        let digest = FNV1a.hexDigits(of: [group, kind, name, uid])
        let room = nameByteLimit - "podscore--".utf8.count - digest.utf8.count
        // The last byte of a part must be a letter or digit.
        let kept = readable.utf8.prefix(room).reversed().drop { !isAlphanumeric($0) }.reversed()
        return "podscore-" + (kept.isEmpty ? "" : String(decoding: kept, as: UTF8.self) + "-") + digest
    }

    /// The API group; empty for the core group.
    private static func group(of apiVersion: String) -> String {
        apiVersion.utf8.contains(UInt8(ascii: "/")) ? String(apiVersion.prefix { $0 != "/" }) : ""
    }

    /// Whether a text can be part of an object's name: one or more labels of lower-case letters, digits and hyphens, with dots between them.
    private static func isNamePart(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.first, let last = label.last, isAlphanumeric(first), isAlphanumeric(last) else { return false }
            return label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }
}
