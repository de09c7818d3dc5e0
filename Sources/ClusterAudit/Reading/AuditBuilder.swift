import Cluster
import KubernetesAPI

/// Collects what was read, and what could not be.
struct AuditBuilder {
    /// The most gaps that are kept; a last one counts the others.
    private static let gapLimit = 100

    /// The results.
    var fold: AuditFold
    /// The workloads that prove owners.
    var directory = OwnerDirectory()
    /// Whether all Pods were read.
    var hasAllPods = true
    private var gaps: [AuditGap]
    private var unlistedGaps = 0

    /// Starts with what is already known to be missing.
    init(decidingBy decider: AuditDecider, gaps: [AuditGap]) {
        fold = AuditFold(decidingBy: decider)
        self.gaps = gaps
    }

    /// Notes something that could not be read.
    mutating func miss(_ text: String) {
        if gaps.count < Self.gapLimit { gaps.append(AuditGap(text)) } else { unlistedGaps += 1 }
    }

    /// The result.
    var audit: Audit {
        let more = unlistedGaps > 0 ? [AuditGap("and \(unlistedGaps) more that could not be read")] : []
        return Audit(owners: fold.audited(), podCount: fold.podCount, gaps: gaps + more, hasAllPods: hasAllPods)
    }
}

extension RunningObject {
    /// Reads an object as a list has it; `apiVersion` and `kind` are those of the list, or empty.
    init(
        reading text: ReceivedText,
        apiVersion: String,
        kind: String,
        among workloads: KnownWorkloads,
        keepingLabels keepsLabels: Bool = false
    ) throws(UnreadableObject) {
        let bytes = text.bytes.span
        guard !text.isCut else { throw UnreadableObject(text, kind: kind, reason: "larger than \(ReceivedText.byteLimit) bytes") }
        do throws(DecodingFailure) {
            var object = KubernetesObject()
            (object.apiVersion, object.kind) = (apiVersion, kind)
            try object.read(from: bytes, among: workloads)
            self.init(object: object, facts: try RunningFacts(reading: bytes, keepingLabels: keepsLabels))
        } catch {
            throw UnreadableObject(text, kind: kind, reason: "\(error.reason)")
        }
    }
}

/// Why an object of a list was not read.
struct UnreadableObject: Error {
    /// One line: the object and the reason.
    let text: String

    /// Names the object as far as its beginning shows it.
    init(_ object: ReceivedText, kind: String, reason: String) {
        let header = try? ObjectHeader(readingBeginning: object.bytes.span)
        let name = header.map { $0.namespace.isEmpty ? $0.name : "\($0.namespace)/\($0.name)" }
        text = "\(kind.isEmpty ? "object" : kind) \(name ?? "without a readable name") was not read: \(reason)"
    }
}
