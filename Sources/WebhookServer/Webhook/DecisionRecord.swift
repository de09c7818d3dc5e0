import AdmissionPolicy
import KubernetesAPI
import Metrics
import Platform

/// One line of the decision log: the request and the decision.
///
/// It contains neither objects nor secrets.
struct DecisionRecord {
    /// The longest text of a client in a line, in bytes; names in Kubernetes have at most 253.
    static let textByteLimit = 256

    /// The line as JSON, ending with a line feed; absent numbers are left out.
    let line: [UInt8]

    /// Writes the line.
    ///
    /// - Parameters:
    ///   - time: when the request was decided.
    ///   - request: the request.
    ///   - decision: the decision.
    ///   - policyVersion: the `resourceVersion` of its policy; `nil` unless the policy is an object of a cluster.
    ///   - durationMicroseconds: from the last byte of the request to the first of the answer.
    init(
        time: UnixTime,
        request: borrowing AdmissionRequest,
        decision: borrowing Decision,
        policyVersion: String? = nil,
        durationMicroseconds: Int
    ) {
        var json = JSONWriter(reservingCapacity: 640)
        json.beginObject()
        json.member("time", time.timestamp)
        json.member("uid", Self.bounded(request.uid))
        json.member("operation", request.operation.rawValue)
        json.member("kind", Self.bounded(request.kind.kind))
        if !request.subResource.isEmpty { json.member("subResource", Self.bounded(request.subResource)) }
        json.member("namespace", Self.bounded(request.namespace))
        json.member("name", Self.bounded(Self.name(in: request)))
        json.member("user", Self.bounded(request.userInfo.username))
        json.member("policy", decision.policy)
        if let policyVersion { json.member("policyResourceVersion", Self.bounded(policyVersion)) }
        json.member("ruleset", decision.ruleset)
        if !decision.minimumLabels.isEmpty { json.member("minimumLabels", decision.minimumLabels.map(\.description)) }
        if !decision.namespaceProblems.isEmpty {
            json.member("namespaceLabels", decision.namespaceProblems.map { Self.bounded($0.name) })
        }
        json.member("decision", decision.outcome.rawValue)
        json.member("score", decision.score)
        json.member("minimumScore", decision.minimumScore)
        json.member("violations", decision.violations.map(\.id))
        if let exemption = decision.exemption { json.member("exempt", Self.bounded(exemption.description)) }
        json.waivers(decision.waivers)
        if let day = decision.deniedFrom { json.member("deniedFrom", day.description) }
        if decision.wouldDeny { json.member("wouldDeny", true) }
        if request.isDryRun { json.member("dryRun", true) }
        json.member("durationMicroseconds", durationMicroseconds)
        json.endObject()
        json.endLine()
        line = json.bytes
    }

    /// The text, cut if it is longer than any that the API server sends.
    private static func bounded(_ text: String) -> String {
        DisplayText.truncated(text, byteLimit: textByteLimit)
    }

    /// The name in the request, or the one in the object if that is empty, as for some generated names.
    private static func name(in request: borrowing AdmissionRequest) -> String {
        request.name.isEmpty ? request.objectName : request.name
    }
}

extension DecisionSample {
    /// Takes the parts of a decision that the metrics keep.
    init(_ decision: borrowing Decision, on request: borrowing AdmissionRequest, seconds: Double) {
        self.init(
            policy: decision.policy,
            namespace: VisibleText.of(request.namespace),
            operation: request.operation,
            outcome: decision.outcome,
            seconds: seconds
        )
        wouldDeny = decision.wouldDeny
        isDryRun = request.isDryRun
        score = decision.score
        minimumScore = decision.minimumScore
        levels = decision.levels
        waivers = decision.waivers.map(\.name)
        hasInvalidLabels = decision.namespaceProblems.contains { $0 != .labelsMissing }
    }
}
