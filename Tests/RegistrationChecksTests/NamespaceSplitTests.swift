import KubernetesAPI
import Testing
import YAML

@testable import RegistrationChecks

/// Registrations that divide the namespaces between a webhook that fails closed and one that fails open.
@Suite struct NamespaceSplitTests {
    /// The policy of `payments` and `pay-*` enforces, that of `pay-dev-*` does not.
    static let enforcement = RegistrationCheck.Enforcement.known(patterns: ["payments", "pay-*", "pay-dev-*"]) { namespace, pinned in
        pinned == "strict" || namespace == "payments" || namespace.hasPrefix("pay-") && !namespace.hasPrefix("pay-dev-")
    }
    static let closed = """
        request.namespace in ['payments'] ? true :
        request.namespace in ['kube-public', 'podscore-system'] ? false :
        request.namespace.matches('^(pay-dev-.*)$') ? false :
        request.namespace.matches('^(pay-.*)$')
        """

    /// Two changed conditions and the findings, as `severity id`.
    struct Division: Sendable, CustomTestStringConvertible {
        let closed: String
        let open: String
        let found: [String]
        var testDescription: String { "\(closed) / \(open)" }
    }

    static let divisions: [Division] = [
        Division(closed: closed, open: "!(\n\(closed)\n)", found: []),
        Division(closed: closed, open: "!( \(closed.replacing("\n", with: " ")) )", found: []),
        Division(
            closed: closed,
            open:
                "request.namespace != 'payments' && (!request.namespace.startsWith('pay-') || request.namespace.startsWith('pay-dev-'))",
            found: []
        ),
        Division(closed: closed, open: "true", found: ["warning namespaceAskedTwice", "error failuresIgnored"]),
        Division(closed: closed, open: "request.namespace != 'payments'", found: ["warning namespaceAskedTwice", "error failuresIgnored"]),
        Division(closed: closed, open: "!request.namespace.startsWith('pay')", found: ["error namespaceNotAsked"]),
        Division(
            closed: "request.namespace == 'payments'",
            open: "!(request.namespace == 'payments')",
            found: ["error failuresIgnored"]
        ),
        Division(
            closed: "request.namespace.startsWith('pay')",
            open: "!(request.namespace.startsWith('pay'))",
            found: ["warning failuresUnneeded"]
        ),
        Division(closed: "request.name == 'a'", open: "!(request.name == 'a')", found: []),
        Division(closed: "request.name == 'a'", open: "request.name != 'a'", found: ["warning divisionUnknown"]),
    ]

    @Test(arguments: divisions) func `Two webhooks must divide the namespaces as the policies enforce`(division: Division) throws {
        let webhooks = try Self.read(Self.pair(closed: Self.condition(division.closed), open: Self.condition(division.open)))
        let findings = RegistrationCheck(enforcement: Self.enforcement).findings(in: webhooks)
        #expect(findings.map { "\($0.severity.rawValue) \($0.fault.rawValue)" } == division.found)
    }

    @Test func `The webhook that fails open is no fault beside one that fails closed`() throws {
        let webhooks = try Self.read(Self.pair(closed: Self.condition(Self.closed), open: Self.condition("!(\(Self.closed))")))
        #expect(RegistrationCheck(enforcement: .unknown).findings(in: webhooks).isEmpty)
        let open = RegistrationCheck(enforcement: .unknown).findings(in: [try #require(webhooks.last)])
        #expect(open.map(\.fault) == [.failuresIgnored])
    }

    @Test func `A webhook that fails closed everywhere for one policy is a warning`() throws {
        let webhooks = try Self.read(Self.pair(closed: "", open: "")).prefix(1)
        let findings = RegistrationCheck(enforcement: Self.enforcement).findings(in: Array(webhooks))
        #expect(findings.map(\.fault) == [.failuresUnneeded])
        #expect(findings.first?.problem.contains("pay-dev-*") == true)
    }

    @Test func `A pinned policy counts in every namespace`() throws {
        let webhooks = try Self.read(Self.pair(closed: "", open: "").replacing("path: /validate", with: "path: /validate/strict"))
        #expect(RegistrationCheck(enforcement: Self.enforcement).findings(in: [webhooks[0]]).isEmpty)
    }

    @Test func `The division names where objects are denied, admitted and not checked`() throws {
        let webhooks = try Self.read(Self.pair(closed: Self.condition(Self.closed), open: Self.condition("!(\(Self.closed))")))
        let splits = RegistrationCheck(enforcement: .unknown).splits(in: webhooks)
        let pods = try #require(splits.first)
        #expect(splits.count == 1 && pods.kind == "pods")
        #expect(pods.failsClosed == ["payments", "pay-*"])
        #expect(pods.failsOpen == ["kube-public", "pay-dev-*", "*"])
        #expect(pods.notChecked == ["podscore-system", "kube-system"])
    }

    @Test(arguments: [
        ("{key: tier, operator: In, values: [prod]}", "{key: tier, operator: NotIn, values: [prod]}", []),
        ("{key: tier, operator: Exists}", "{key: tier, operator: DoesNotExist}", []),
        ("{key: tier, operator: In, values: [prod]}", "{key: tier, operator: In, values: [dev]}", ["namespaceNotAsked"]),
        ("{key: tier, operator: In, values: [prod]}", "{key: tier, operator: Exists}", ["namespaceNotAsked"]),
        ("{key: tier, operator: NotIn, values: [a]}", "{key: tier, operator: NotIn, values: [b]}", ["namespaceAskedTwice"]),
        ("{key: tier, operator: Exists}", "{key: team, operator: DoesNotExist}", ["namespaceAskedTwice"]),
    ])
    func `Requirements on labels must divide the namespaces`(closed: String, open: String, faults: [String]) throws {
        let webhooks = try Self.read(Self.pair(closed: "", open: "", labels: [", \(closed)", ", \(open)"]))
        let check = RegistrationCheck(enforcement: .unknown)
        let findings = check.findings(in: webhooks)
        #expect(findings.map(\.fault.rawValue).filter { $0 != "namespaceLabel" } == faults)
        // A label that only divides is one warning, about who may change it.
        #expect(findings.count { $0.fault == .namespaceLabel } == (faults.isEmpty ? 1 : 2))
        if faults.isEmpty {
            let pods = try #require(check.splits(in: webhooks).first)
            #expect(pods.failsClosed.count == 1 && pods.failsOpen.count == 1 && pods.failsClosed != pods.failsOpen)
        }
    }

    @Test func `Thousands of names are compared without trying each with each`() throws {
        let names = (0..<5_000).map { "team-\($0)" }
        let closed = "request.namespace in [\(names.map { "'\($0)'" }.joined(separator: ", "))]"
        let webhooks = try Self.read(Self.pair(closed: Self.condition(closed), open: Self.condition("!(\(closed)) && true")))
        let enforcement = RegistrationCheck.Enforcement.known(patterns: names) { namespace, _ in namespace.hasPrefix("team-") }
        let check = RegistrationCheck(enforcement: enforcement)
        #expect(check.findings(in: webhooks).isEmpty)
        #expect(check.splits(in: webhooks).first?.failsClosed.count == 5_000)
    }

    private static func condition(_ expression: String) -> String {
        "{name: a, expression: \"\(expression.replacing("\n", with: " "))\"}"
    }

    private static func pair(closed: String, open: String, labels: [String] = ["", ""]) -> String {
        let halves = [("pods", "Fail", closed, labels[0]), ("unenforced-pods", "Ignore", open, labels[1])]
        return "webhooks:\n"
            + halves.map { name, policy, condition, requirement in
                """
                  - name: \(name).podscore.dev
                    clientConfig:
                      service: {name: podscore, namespace: podscore-system, path: /validate}
                    failurePolicy: \(policy)
                    sideEffects: None
                    admissionReviewVersions: [v1]
                    matchConditions: [\(condition)]
                    namespaceSelector:
                      matchExpressions:
                        - {key: kubernetes.io/metadata.name, operator: NotIn, values: [podscore-system, kube-system]}\(
                            requirement.replacing(", {", with: "\n        - {")
                        )
                    rules:
                      - {apiGroups: [''], resources: [pods], operations: [CREATE, UPDATE]}
                      - {apiGroups: [''], resources: [pods/ephemeralcontainers, pods/resize], operations: [UPDATE]}

                """
            }.joined()
    }

    private static func read(_ text: String) throws -> [WebhookRegistration] {
        let nodes = try YAMLStream(Array(text.utf8)).map { try $0.get() }
        return try WebhookRegistration.read(try #require(nodes.first))
    }
}
