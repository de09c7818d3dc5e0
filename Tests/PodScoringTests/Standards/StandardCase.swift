import KubernetesAPI
import PodScoring
import Testing

extension StandardCheck: CustomTestStringConvertible {
    /// The name, for the names of test cases.
    package var testDescription: String { name }
}

/// The fields that a check forbids in a Pod with this `spec` and these annotations, written as JSON.
func forbiddenFields(
    _ name: String,
    _ version: PodSecurityVersion,
    _ spec: String,
    annotations: String = "{}"
) throws -> [String] {
    let check = try #require(StandardCheckCatalog.check(named: name))
    let subject = try ScoringSubject.pod(spec, annotations: annotations)
    let violations = PodSecurityStandard(check.level, version).evaluate(pod: subject.pod, annotations: subject.annotations)
    return violations.first { $0.name == name }?.findings.map { $0.path(below: "spec") } ?? []
}

/// A Pod with one container in each list, each with these members, written as JSON.
func podWithEveryContainer(_ members: String) -> String {
    """
    {"initContainers": [{"name": "a", \(members)}], "containers": [{"name": "b", \(members)}],
     "ephemeralContainers": [{"name": "c", \(members)}]}
    """
}

/// A field of each container of ``podWithEveryContainer(_:)``, in the order of findings.
func everyContainer(_ field: String) -> [String] {
    ["initContainers", "containers", "ephemeralContainers"].map { "spec.\($0)[0].\(field)" }
}
