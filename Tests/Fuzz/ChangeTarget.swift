import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// Reads an AdmissionReview of a policy, a waiver or a Namespace, as the policy webhook does.
enum ChangeTarget {
    /// The longest answer besides the uid, in bytes.
    ///
    /// A denial has at most 21 lines, each once in the message and once as a cause; a line has a path of 160 bytes and quoted texts.
    private static let answerByteLimit = 128 << 10

    /// A readable review gets the same answer twice, within limits; another one is rejected at a place inside it.
    static func check(_ input: [UInt8]) throws {
        let request: AdmissionEnvelope
        do {
            request = try AdmissionEnvelope(parsing: input.span)
        } catch {
            guard case .byteOffset(let offset) = error.location, (0...input.count).contains(offset) else {
                throw FuzzTarget.Finding("rejected at \(error.location), outside of \(input.count) bytes")
            }
            return
        }
        let answer = answer(to: request, in: input.span)
        guard answer == self.answer(to: request, in: input.span) else { throw FuzzTarget.Finding("two answers to one request") }
        guard answer.count <= answerByteLimit + 6 * request.uid.utf8.count else {
            throw FuzzTarget.Finding("an answer of \(answer.count) bytes")
        }
        guard !answer.contains(where: { $0 < 0x20 }) else { throw FuzzTarget.Finding("a control character in the answer") }
        var reader = JSONNodeParser(answer.span)
        guard (try? reader.next()) != nil else { throw FuzzTarget.Finding("the answer is no JSON value") }
    }

    private static func answer(to request: AdmissionEnvelope, in body: Span<UInt8>) -> [UInt8] {
        if request.kind.kind == "Namespace" {
            let policies = PolicySet(
                policies: [ReviewTarget.policy],
                builtInDefault: .builtInDefault(under: .podscoreV1),
                ownNamespace: "podscore"
            )
            let review = NamespaceReview(of: request, in: body, under: policies, on: ReviewTarget.today)
            return request.answer(warnings: review?.warnings ?? [])
        }
        let reader = PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: true)
        switch PolicyReview(of: PolicyKind(rawValue: request.kind.kind) ?? .policy, request, in: body, by: reader) {
        case .denied(let denial): return request.answer(denying: denial)
        case .unchanged(let warnings): return request.answer(warnings: warnings)
        case .valid(let object, _): return request.answer(warnings: object.warnings)
        }
    }
}
