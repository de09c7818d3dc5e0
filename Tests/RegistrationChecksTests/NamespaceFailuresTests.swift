import Testing

@testable import RegistrationChecks

/// The Namespaces of a cluster in which a policy enforces and Podscore may be bypassed.
@Suite struct NamespaceFailuresTests {
    private static func webhook(_ failurePolicy: String, _ change: (inout WebhookRegistration) -> Void = { _ in }) -> WebhookRegistration {
        var webhook = WebhookRegistration()
        webhook.name = "pods.podscore.dev"
        webhook.failurePolicy = failurePolicy
        var rule = WebhookRegistration.Rule()
        (rule.operations, rule.apiGroups, rule.resources) = (["CREATE"], [""], ["pods"])
        webhook.rules = [rule]
        change(&webhook)
        return webhook
    }

    private static func names(_ webhooks: WebhookRegistration..., denying: Set<String> = ["a", "b"]) -> String? {
        let check = RegistrationCheck(enforcement: .known(patterns: []) { namespace, _ in denying.contains(namespace) })
        let namespaces = ["b", "a", "c"].map { ClusterNamespace(name: $0, labels: ["tier": $0 == "a" ? "gold" : "none"]) }
        let findings = check.failures(in: namespaces, of: webhooks)
        #expect(findings.count <= 1 && findings.allSatisfy { $0.fault == .failuresIgnored && $0.severity == .error })
        return findings.first.map { String($0.problem.split(separator: " Namespace").last ?? "") }
    }

    @Test func `Each Namespace in which a policy enforces and the webhook may be ignored is named`() {
        #expect(Self.names(Self.webhook("Ignore")) == "s a, b")
        #expect(Self.names(Self.webhook("Fail")) == nil)
        #expect(Self.names(Self.webhook("Ignore"), denying: []) == nil)
    }

    @Test func `Labels and conditions decide which webhook is called`() {
        let closed = Self.webhook("Fail") {
            $0.namespaceSelector.requirements = [.init(key: "tier", operation: "In", values: ["gold"])]
        }
        #expect(Self.names(closed, Self.webhook("Ignore")) == " b")
        let open = Self.webhook("Ignore") {
            $0.matchConditions = [.init(name: "n", expression: "request.namespace in ['a']")]
        }
        #expect(Self.names(open) == " a")
    }

    @Test func `A Namespace for which no webhook is called is not named`() {
        let elsewhere = Self.webhook("Ignore") {
            $0.namespaceSelector.requirements = [.init(key: "kubernetes.io/metadata.name", operation: "NotIn", values: ["a", "b"])]
        }
        #expect(Self.names(elsewhere) == nil)
    }

    @Test func `The first five of many Namespaces are named`() {
        let check = RegistrationCheck(enforcement: .known(patterns: []) { _, _ in true })
        let namespaces = (1...7).map { ClusterNamespace(name: "n\($0)", labels: [:]) }
        let findings = check.failures(in: namespaces, of: [Self.webhook("Ignore")])
        #expect(findings.map { $0.problem.hasSuffix("in the Namespaces n1, n2, n3, n4, n5 and 2 more") } == [true])
    }

    @Test func `A webhook that fails closed under a condition that cannot be read does not protect a Namespace`() {
        let closed = Self.webhook("Fail") { $0.matchConditions = [.init(name: "n", expression: "object.metadata.name == 'a'")] }
        #expect(Self.names(closed, Self.webhook("Ignore")) == "s a, b")
        #expect(Self.names(closed) == nil)
        let open = Self.webhook("Ignore") { $0.matchConditions = [.init(name: "n", expression: "object.metadata.name == 'a'")] }
        #expect(Self.names(open) == "s a, b")
    }

    @Test func `Without known policies nothing is named`() {
        let check = RegistrationCheck(enforcement: .unknown)
        #expect(check.failures(in: [ClusterNamespace(name: "a", labels: [:])], of: [Self.webhook("Ignore")]).isEmpty)
    }
}
