import KubernetesAPI
import Testing
import YAML

@testable import RegistrationChecks

/// Each test changes one thing in a correct registration and expects the findings.
@Suite struct RegistrationCheckTests {
    /// One change and its findings, as `severity id`.
    struct Spoiled: Sendable, CustomTestStringConvertible {
        let original: String
        let replacement: String
        let found: [String]
        var enforcement = RegistrationCheck.Enforcement.deniesAll

        var testDescription: String { replacement }
    }

    static let spoiled: [Spoiled] = [
        Spoiled(original: "name: pods.podscore.dev", replacement: "name: pods.example.com", found: ["error notRegistered"]),
        Spoiled(original: "[pods], ", replacement: "[nodes], ", found: ["error resourceNotAsked", "error resourceNotAsked"]),
        Spoiled(original: "[CREATE, UPDATE]", replacement: "[CREATE]", found: ["error resourceNotAsked"]),
        Spoiled(
            original: "[CREATE, UPDATE], scope: Namespaced",
            replacement: "['*'], scope: Cluster",
            found: ["error resourceNotAsked", "error resourceNotAsked"]
        ),
        Spoiled(original: "apiGroups: [''], resources: [pods]", replacement: "apiGroups: ['*'], resources: ['*']", found: []),
        Spoiled(original: "pods/ephemeralcontainers, ", replacement: "", found: ["error resourceNotAsked"]),
        Spoiled(original: "pods/resize", replacement: "pods/status", found: ["error resourceNotAsked"]),
        Spoiled(original: "[pods/ephemeralcontainers, pods/resize]", replacement: "['pods/*']", found: []),
        Spoiled(original: "[pods/ephemeralcontainers, pods/resize]", replacement: "['*/*']", found: []),
        Spoiled(original: "[pods/ephemeralcontainers, pods/resize]", replacement: "['*/ephemeralcontainers', '*/resize']", found: []),
        Spoiled(
            original: "[pods/ephemeralcontainers, pods/resize]",
            replacement: "['*']",
            found: ["error resourceNotAsked", "error resourceNotAsked"]
        ),
        Spoiled(original: "path: /validate", replacement: "path: /", found: ["error pathUnknown"]),
        Spoiled(original: "path: /validate", replacement: "path: /validate/payments", found: []),
        Spoiled(original: "path: /validate", replacement: "path: /validate/", found: ["error pathUnknown"]),
        Spoiled(original: "service: {", replacement: "other: {", found: ["error endpointMissing"]),
        Spoiled(
            original: "service: {name: podscore, namespace: podscore-system, path: /validate}",
            replacement: "url: https://podscore.example.com:8443/validate",
            found: []
        ),
        Spoiled(
            original: "service: {name: podscore, namespace: podscore-system, path: /validate}",
            replacement: "url: https://podscore.example.com",
            found: ["error pathUnknown"]
        ),
        Spoiled(original: "failurePolicy: Fail", replacement: "failurePolicy: Ignore", found: ["error failuresIgnored"]),
        Spoiled(original: "failurePolicy: Fail", replacement: "failurePolicy: Ignore", found: [], enforcement: .allowsAll),
        Spoiled(
            original: "failurePolicy: Fail",
            replacement: "failurePolicy: Ignore",
            found: ["warning failuresIgnored"],
            enforcement: .unknown
        ),
        Spoiled(original: "podscore-system, kube-system", replacement: "kube-system", found: ["error ownNamespaceNotExcluded"]),
        Spoiled(original: "podscore-system, kube-system", replacement: "podscore-system", found: ["warning systemNamespaceNotExcluded"]),
        Spoiled(
            original: "operator: NotIn, values: [podscore-system, kube-system]",
            replacement: "operator: In, values: [payments]",
            found: []
        ),
        Spoiled(
            original: "key: kubernetes.io/metadata.name, operator: NotIn, values: [podscore-system, kube-system]",
            replacement: "key: podscore, operator: DoesNotExist",
            found: ["error ownNamespaceNotExcluded", "warning systemNamespaceNotExcluded", "warning namespaceLabel"]
        ),
        Spoiled(
            original: "matchConditions: []",
            replacement: "matchConditions: [{name: a, expression: \"request.namespace != 'podscore-system'\"}]",
            found: []
        ),
        Spoiled(
            original: "matchConditions: []",
            replacement: "matchConditions: [{name: a, expression: \"!('skip' in object.metadata.labels)\"}]",
            found: ["error matchCondition"]
        ),
        Spoiled(
            original: "matchConditions: []",
            replacement: "matchConditions: [{name: a, expression: \"!has(object.metadata.deletionTimestamp)\"}]",
            found: []
        ),
        Spoiled(
            original: "matchConditions: []",
            replacement: "matchConditions: [{name: a, expression: \"has(object.metadata.deletionTimestamp) || object.a\"}]",
            found: ["error matchCondition"]
        ),
        Spoiled(
            original: "matchConditions: []",
            replacement: "matchConditions: [{name: a, expression: \"oldObject == null\"}]",
            found: ["error matchCondition"]
        ),
        Spoiled(
            original: "matchConditions: []",
            replacement: "matchConditions: [{name: a, expression: \"request.userInfo.username != 'objective'\"}]",
            found: []
        ),
        Spoiled(
            original: "objectSelector: {}",
            replacement: "objectSelector: {matchLabels: {podscore: 'on'}}",
            found: ["error objectSelector"]
        ),
        Spoiled(original: "matchPolicy: Equivalent", replacement: "matchPolicy: Exact", found: ["error matchPolicyExact"]),
        Spoiled(original: "sideEffects: None", replacement: "sideEffects: Unknown", found: ["error sideEffects"]),
        Spoiled(original: "sideEffects: None", replacement: "other: None", found: ["error sideEffects"]),
        Spoiled(original: "timeoutSeconds: 5", replacement: "timeoutSeconds: 30", found: ["warning timeoutTooLong"]),
        Spoiled(original: "timeoutSeconds: 5", replacement: "timeoutSeconds: null", found: []),
        Spoiled(original: "[v1]", replacement: "[v2]", found: ["error reviewVersion"]),
    ]

    @Test(arguments: spoiled) func `A wrong registration has findings`(spoiled: Spoiled) throws {
        #expect(Self.sound.contains(spoiled.original))
        let text = Self.sound.replacing(spoiled.original, with: spoiled.replacement)
        let findings = RegistrationCheck(enforcement: spoiled.enforcement).findings(in: try Self.read(text))
        #expect(findings.map { "\($0.severity.rawValue) \($0.fault.rawValue)" } == spoiled.found)
        #expect(findings.allSatisfy { !$0.problem.isEmpty && !$0.fix.isEmpty })
    }

    @Test func `A correct registration has no findings`() throws {
        #expect(RegistrationCheck(enforcement: .deniesAll).findings(in: try Self.read(Self.sound)).isEmpty)
    }

    @Test(arguments: ["policies", "namespaces"]) func `The controller's webhooks are not checked`(name: String) throws {
        let other = """
            webhooks:
              - name: \(name).podscore.dev
                clientConfig: {service: {name: podscore-controller, namespace: podscore-system, path: /policies}}
                failurePolicy: Ignore
                sideEffects: None
                admissionReviewVersions: [v1]
                rules:
                  - {apiGroups: ['*'], resources: ['*'], operations: [CREATE], scope: Cluster}
            """
        let registrations = try Self.read(Self.sound) + Self.read(other)
        #expect(RegistrationCheck(enforcement: .deniesAll).findings(in: registrations).isEmpty)
        #expect(registrations.map(\.isPodscore) == [true, false])
    }

    @Test func `A given namespace replaces that of the Service`() throws {
        let findings = RegistrationCheck(enforcement: .deniesAll, ownNamespace: "elsewhere").findings(in: try Self.read(Self.sound))
        #expect(findings.map(\.fault) == [.ownNamespaceNotExcluded])
    }

    @Test func `A webhook whose failures are ignored does not block its own namespace`() throws {
        let text = Self.sound.replacing("failurePolicy: Fail", with: "failurePolicy: Ignore")
            .replacing("podscore-system, kube", with: "kube")
        let findings = RegistrationCheck(enforcement: .allowsAll).findings(in: try Self.read(text))
        #expect(findings.map { "\($0.severity.rawValue) \($0.fault.rawValue)" } == ["warning ownNamespaceNotExcluded"])
    }

    @Test(arguments: [
        ("service: {name: a, namespace: b}", "a.b.svc"),
        ("url: https://podscore.example.com:8443/validate", "podscore.example.com"),
        ("url: 'https://[::1]:8443/validate'", "::1"),
        ("url: http://podscore.example.com/validate", nil),
        ("caBundle: ''", nil),
    ])
    func `The name in the certificate follows from the endpoint`(endpoint: String, name: String?) throws {
        let webhooks = try Self.read("webhooks: [{name: a.podscore.dev, clientConfig: {\(endpoint)}}]")
        #expect(webhooks.map(\.serverName) == [name])
    }

    @Test(arguments: [
        ("webhooks: {}", "1:11: expected an array"),
        ("webhooks: [{name: 1}]", "1:19: expected a string"),
        ("webhooks: [{timeoutSeconds: '5'}]", "1:29: expected an integer"),
        ("webhooks: [{rules: [{operations: [1]}]}]", "1:35: expected a string"),
        ("webhooks: [{admissionReviewVersions: [null]}]", "1:39: expected a string"),
    ])
    func `A value of a wrong type is rejected with its position`(text: String, message: String) throws {
        let error = try #require(throws: WebhookRegistration.Unreadable.self) { try Self.read(text) }
        #expect("\(error.position): \(error.problem)" == message)
    }

    private static func read(_ text: String) throws -> [WebhookRegistration] {
        let nodes = try YAMLStream(Array(text.utf8)).map { try $0.get() }
        return try WebhookRegistration.read(try #require(nodes.first))
    }

    private static let sound = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: podscore}
        webhooks:
          - name: pods.podscore.dev
            clientConfig:
              caBundle: Q0E=
              service: {name: podscore, namespace: podscore-system, path: /validate}
            failurePolicy: Fail
            matchPolicy: Equivalent
            sideEffects: None
            timeoutSeconds: 5
            admissionReviewVersions: [v1]
            matchConditions: []
            objectSelector: {}
            namespaceSelector:
              matchExpressions:
                - {key: kubernetes.io/metadata.name, operator: NotIn, values: [podscore-system, kube-system]}
            rules:
              - {apiGroups: [''], resources: [pods], operations: [CREATE, UPDATE], scope: Namespaced}
              - {apiGroups: [''], resources: [pods/ephemeralcontainers, pods/resize], operations: [UPDATE], scope: Namespaced}
        """
}

extension RegistrationCheck.Enforcement {
    /// A policy that denies everywhere.
    static var deniesAll: Self { .known(patterns: ["*"]) { _, _ in true } }
}
