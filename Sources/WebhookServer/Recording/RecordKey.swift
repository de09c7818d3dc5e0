import AdmissionPolicy
import KubernetesAPI

/// Identifies the workload of a request, so that only the latest of similar requests is kept.
struct RecordKey: Hashable {
    /// The longest name of a namespace, in bytes.
    private static let namespaceByteLimit = 63
    /// The characters of the suffixes that Kubernetes generates, such as a ReplicaSet's.
    ///
    /// Source: <https://github.com/kubernetes/apimachinery/blob/v0.33.0/pkg/util/rand/rand.go>
    private static let madeUpCharacters = Set("bcdfghjklmnpqrstvwxz2456789".utf8)

    /// The namespace as part of a file's name.
    let namespace: String
    /// A digest of everything that distinguishes this workload from others.
    let digest: UInt64

    /// The key of a request; `nil` if all policies decide it alike: nothing is stored, the operation or the kind has no Pod, or the update
    /// changes nothing that is scored.
    init?(_ request: AdmissionRequest, decided outcome: Decision.Outcome) {
        guard !request.isDryRun, outcome != .unchanged else { return nil }
        switch request.operation {
        case .delete, .connect: return nil
        case .create, .update: break
        }
        let kind = WorkloadKind(group: request.kind.group, kind: request.kind.kind)
        guard kind != nil || request.isOtherWorkload && !request.object.refersToOtherWorkload else { return nil }
        switch (kind, request.subResource) {
        case (_, ""), (.pod, "ephemeralcontainers"), (.pod, "resize"): break
        case (.pod, _) where request.object.isPresent: break
        default: return nil
        }
        var digest = FNV1a()
        let kindText = kind?.rawValue ?? "\(request.kind.group)/\(request.kind.kind)"
        for text in [request.namespace, kindText, request.subResource, request.operation.rawValue] { digest.combine(text: text) }
        let object = request.object.object
        digest.combine(text: Self.workloadName(of: request, object))
        // Two workloads with similar names seldom have containers with the same names.
        for container in object?.podSpec?.containers ?? [] { digest.combine(text: container.name) }
        namespace = Self.fileNamePart(request.namespace)
        self.digest = digest.value
    }

    /// The name of the file: the namespace and 16 digits.
    var fileName: String {
        "\(namespace)_\(digest.hexDigits).json"
    }

    /// The namespace in the name of a record's file; `nil` for other names.
    static func namespace(ofFile name: String) -> String? {
        let parts = name.utf8.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].count == 21, parts[1].suffix(5).elementsEqual(".json".utf8) else { return nil }
        return String(Substring(parts[0]))
    }

    /// The name without generated parts: the suffix of a ReplicaSet's Pods, a CronJob's time, a StatefulSet's ordinal.
    private static func workloadName(of request: AdmissionRequest, _ object: KubernetesObject?) -> Substring {
        let generated = object?.metadata.generateName ?? ""
        let name = !generated.isEmpty ? generated : object?.metadata.name ?? request.name
        var segments = name.utf8.split(separator: UInt8(ascii: "-"))
        if let last = segments.last, segments.count > 1 {
            let isNumber = last.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            let isMadeUp = 5...10 ~= last.count && last.allSatisfy(madeUpCharacters.contains)
            if isNumber || isMadeUp { segments.removeLast() }
        }
        guard let first = segments.first, let last = segments.last else { return "" }
        return Substring(name.utf8[first.startIndex..<last.endIndex])
    }

    /// A namespace's name as part of a file's name, with `+` for characters that no namespace's name has.
    static func fileNamePart(_ text: String) -> String {
        let bytes = text.utf8.prefix(namespaceByteLimit).map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): byte
            default: UInt8(ascii: "+")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension FNV1a {
    /// Adds a text and a byte that no text has, which separates it from the next text.
    fileprivate mutating func combine(text: some StringProtocol) {
        combine(text.utf8)
        combine(0xff)
    }
}
