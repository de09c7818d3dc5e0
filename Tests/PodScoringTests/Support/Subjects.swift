import Foundation
import KubernetesAPI
import PodScoring

extension KubernetesObject {
    /// Reads one object from JSON text.
    init(parsing text: String) throws {
        let bytes = Array(text.utf8)
        var reader = JSONReader(bytes.span)
        reader.start()
        try self.init(from: &reader)
        try reader.finish()
    }

    /// Reads an object from a document of JSONSerialization.
    init(extracting json: Any) throws {
        try self.init(parsing: String(decoding: JSONSerialization.data(withJSONObject: json), as: UTF8.self))
    }
}

extension ScoringSubject {
    /// A Pod with this `spec`, written as JSON.
    static func pod(_ spec: String, annotations: String = "{}", context: Context = .authored) throws -> ScoringSubject {
        let text = #"{"kind": "Pod", "metadata": {"annotations": \#(annotations)}, "spec": \#(spec)}"#
        return ScoringSubject(try KubernetesObject(parsing: text), context: context)
    }

    /// A Pod with one container, whose `securityContext` is written as JSON.
    static func container(_ securityContext: String) throws -> ScoringSubject {
        try pod(#"{"containers": [{"name": "app", "securityContext": \#(securityContext)}]}"#)
    }
}

extension Ruleset {
    /// The first ruleset that has a rule.
    static func first(with rule: String) -> Ruleset? {
        all.first { $0.entries.contains { $0.rule.id == rule } }
    }

    /// The outcome of one rule; `nil` if the rule does not apply.
    func outcome(of rule: String, _ subject: ScoringSubject) -> CheckOutcome? {
        Scorer(self).score(subject).outcome(ofRule: rule)
    }

    /// Whether a rule holds: a positive one adds its points, a negative one deducts none.
    func holds(_ rule: String, _ subject: ScoringSubject) -> Bool {
        outcome(of: rule, subject) == .holds
    }
}

extension CheckOutcome {
    /// The paths of the findings in an object of this kind.
    func paths(in kind: RuleKinds) -> [String] {
        guard case .fails(let findings) = self else { return [] }
        return findings.map { $0.path(below: kind.specificationPath) }
    }
}
