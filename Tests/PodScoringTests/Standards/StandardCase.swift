import KubernetesAPI
import PodScoring
import Testing

extension StandardCheck: CustomTestStringConvertible {
    /// The name, for the names of test cases.
    package var testDescription: String { name }
}

/// Returns the fields that violate a check in a Pod with a `spec` and annotations as JSON.
func forbiddenFields(
    _ name: String,
    _ version: PodSecurityVersion,
    _ spec: String,
    annotations: String = "{}"
) throws -> [String] {
    let check = try #require(StandardCheckCatalog.check(named: name))
    let subject = try ScoringSubject.pod(spec, annotations: annotations)
    let violations = PodSecurityStandard(check.level, version).evaluate(subject)
    return violations.first { $0.name == name }?.findings.map { $0.path(below: "spec") } ?? []
}

/// Returns a Pod with one container in each list, each with these members, as JSON.
func podWithEveryContainer(_ members: String) -> String {
    """
    {"initContainers": [{"name": "a", \(members)}], "containers": [{"name": "b", \(members)}],
     "ephemeralContainers": [{"name": "c", \(members)}]}
    """
}

/// Returns a field of each container of ``podWithEveryContainer(_:)``, in the order of findings.
func everyContainer(_ field: String) -> [String] {
    ["initContainers", "containers", "ephemeralContainers"].map { "spec.\($0)[0].\(field)" }
}
