import Foundation
import TestSupport
import Testing

extension Processes {
    /// `podscore doctor --cluster` against an API server with prepared answers.
    @Suite struct DoctorClusterTests {
        private static func list(_ items: String...) -> ScriptedCluster.Answer {
            ScriptedCluster.Answer(
                body: #"{"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "9"}, "items": ["#
                    + items.joined(separator: ",") + "]}"
            )
        }

        private static func object(_ kind: String, _ version: String, _ name: String, _ rest: String) -> String {
            """
            {"apiVersion": "\(version)", "kind": "\(kind)", "metadata": {"name": "\(name)", "uid": "u-\(name)", "resourceVersion": "7",
            "creationTimestamp": "2026-11-28T08:00:00Z"}\(rest)}
            """
        }

        private static func policy(_ name: String, _ spec: String) -> String {
            object("ScorePolicy", "podscore.dev/v1alpha1", name, #", "spec": "# + spec)
        }

        /// The webhook for Pods, whose `matchConditions` or other fields can be anything.
        private static func registration(_ failurePolicy: String, conditions: String = "[]") -> String {
            let rule = #"{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"], "operations": ["CREATE", "UPDATE"]}"#
            let service = #"{"service": {"name": "podscore", "namespace": "podscore", "path": "/validate"}}"#
            return object(
                "ValidatingWebhookConfiguration",
                "admissionregistration.k8s.io/v1",
                "podscore",
                #", "webhooks": [{"name": "pods.podscore.dev", "failurePolicy": "\#(failurePolicy)", "clientConfig": \#(service), "#
                    + #""sideEffects": "None", "admissionReviewVersions": ["v1"], "matchConditions": \#(conditions), "rules": [\#(rule)]}]"#
            )
        }

        /// A Namespace whose field `labels` can be anything.
        private static func namespace(_ name: String, _ labels: String = "{}") -> String {
            #"{"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "\#(name)", "uid": "u-\#(name)", "resourceVersion": "3", "#
                + #""labels": \#(labels)}}"#
        }

        /// Runs `podscore doctor --cluster` where only a policy of the cluster enforces, in the Namespace payments; `labels` has further Namespaces.
        private static func run(
            _ registration: String,
            and policies: [String] = [],
            policy: String? = nil,
            labels: [String: String] = [:]
        ) throws -> Run {
            let payments = Self.policy("payments", #"{"match": {"namespaces": ["payments"]}, "enforce": {"minimumScore": 2}}"#)
            let scorePolicies = ([payments] + policies).joined(separator: ",")
            let labelled = labels.sorted { $0.key < $1.key }.map { namespace($0.key, $0.value) }
            let namespaces = [namespace("payments"), namespace("shop")] + labelled
            let cluster = try ScriptedCluster([
                "/apis/podscore.dev/v1alpha1/scorepolicies": list(scorePolicies),
                "/apis/podscore.dev/v1alpha1/scorewaivers": list(),
                "/api/v1/namespaces": list(namespaces.joined(separator: ",")),
                "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations": list(registration),
            ])
            defer { cluster.stop() }
            let folder = try ScratchFolder()
            var arguments = ["doctor", "--cluster", "--kubeconfig", try folder.write(cluster.kubeconfig, to: "kubeconfig")]
            if let policy { arguments += ["--policy", try folder.write(policy, to: "policy.yaml")] }
            return try Run(Run.podscore, arguments)
        }

        private static let file =
            "apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicy\nmetadata: {name: shop}\n"
            + "spec: {match: {namespaces: [shop]}, warn: {minimumScore: 2}}\n"

        @Test func `Each Namespace in which a policy enforces is named once, with or without the files of the server`() throws {
            for policy in [nil, Self.file] {
                let run = try Self.run(Self.registration("Ignore"), policy: policy)
                #expect(run.status == 1, "\(run.errors)")
                let errors = run.output.split(separator: "\n").filter { $0.hasPrefix("error: ") && $0.hasSuffix("[failuresIgnored]") }
                #expect(errors.count == 1, "\(run.output)")
                #expect(run.output.contains("failurePolicy is Ignore in the Namespace payments"), "\(run.output)")
                #expect(run.errors.contains("files of the server were not checked; give --policy") == (policy == nil))
            }
        }

        @Test func `Without the files of the server no webhook is advised to fail open`() throws {
            let run = try Self.run(Self.registration("Fail"))
            #expect(!run.output.contains("failuresUnneeded"), "\(run.output)\(run.errors)")
            let informed = try Self.run(Self.registration("Fail"), policy: Self.file)
            #expect(informed.output.contains("failuresUnneeded"), "\(informed.output)\(informed.errors)")
        }

        @Test func `A configuration that cannot be read is an error, as in a file`() throws {
            let run = try Self.run(Self.registration("Ignore", conditions: "7"))
            #expect(run.status == 2, "\(run.output)")
            #expect(run.errors.contains("ValidatingWebhookConfiguration podscore: expected an array"), "\(run.errors)")
        }

        @Test func `An invalid policy is a warning with its errors`() throws {
            let invalid = Self.policy("broken", #"{"match": {"namespaces": ["a"]}, "enforce": {"minimumScor": 2}}"#)
            let run = try Self.run(Self.registration("Fail"), and: [invalid])
            #expect(run.output.contains("warning: ScorePolicy broken is invalid"), "\(run.output)\(run.errors)")
            #expect(run.output.contains("spec.enforce.minimumScor: unknown field"))
        }

        @Test func `It names the Namespaces that a selector or a label makes enforce`() throws {
            let selector = #"{"namespaceSelector": {"matchLabels": {"team": "shop"}}}"#
            let team = Self.policy("team", #"{"match": \#(selector), "enforce": {"minimumScore": 2}}"#)
            let labels = [
                "web": #"{"team": "shop"}"#,
                "strict": #"{"podscore.dev/enforce-minimum-score": "6"}"#,
                "free": #"{"team": "other"}"#,
                "kube-system": #"{"podscore.dev/enforce-minimum-score": "6", "team": "shop"}"#,
            ]
            let run = try Self.run(Self.registration("Ignore"), and: [team], labels: labels)
            #expect(run.output.contains("failurePolicy is Ignore in the Namespaces payments, strict, web"), "\(run.output)\(run.errors)")
        }

        @Test func `Labels that cannot be read are an error`() throws {
            let run = try Self.run(Self.registration("Ignore"), labels: ["web": "7"])
            #expect(run.status == 2, "\(run.output)")
            #expect(run.errors.contains("the labels of Namespace web cannot be read"), "\(run.errors)")
        }
    }
}
