import AdmissionPolicy
import KubernetesAPI
import Manifests
import PodScoring
import Reports

/// Decisions about a Pod or a workload, and their reports as text.
struct DecidedPod {
    /// The policy that decides; its levels are set by the tests.
    var enforce: ScorePolicy.Level?
    var warn: ScorePolicy.Level?
    var audit: ScorePolicy.Level?
    var workloads = ScorePolicy.Workloads.enforce
    var exempt = Exemptions()
    var waivers: [ScoreWaiver] = []
    /// The name of the user who creates the Pod, in the group of the nodes.
    var user = ""
    /// The strongest outcome that the server allows.
    var mode = EnforcementMode.enforce

    /// A Pod of two containers, the second of which is privileged.
    static let text = """
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-1", "namespace": "shop"}, "spec": {"containers": [
          {"name": "app", "image": "app:1"}, {"name": "proxy", "image": "p", "securityContext": {"privileged": true}}]}}
        """

    /// A level with these demands.
    static func level(_ minimum: Int? = nil, require: [String] = [], forbid: [String] = [], standard: String? = nil) -> ScorePolicy.Level {
        var level = ScorePolicy.Level()
        level.minimumScore = minimum
        level.require = require
        level.forbid = forbid
        level.podSecurityStandard = standard.flatMap { PodSecurityStandard(parsing: $0) }
        return level
    }

    /// The decision about the first document of a text; `nil` if there is none with a Pod.
    func decision(_ text: String = text) -> Decision? {
        let policy = ScorePolicy(
            name: "baseline",
            namespaces: [NamePattern("*")],
            ruleset: .podscoreV1,
            enforce: enforce,
            warn: warn,
            audit: audit,
            workloads: workloads,
            exempt: exempt
        )
        var stream = ManifestStream(source: "f", bytes: Array(text.utf8))
        guard case .object(let object, _)? = stream.next()?.content else { return nil }
        var creator = UserInfo()
        creator.username = user
        creator.groups = ["system:nodes"]
        return AdmissionRequest(creating: object, inNamespace: "shop", by: creator).map { request in
            Decider(mode: mode, today: CivilDate(daysSinceEpoch: 20_800), podContext: .admittedPod)
                .decide(request, by: policy, waivers: waivers)
        }
    }

    /// A Deployment in a Namespace.
    static func scope(
        namespace: String? = "shop",
        apiVersion: String = "apps/v1",
        kind: String = "Deployment",
        name: String = "web",
        uid: String = "0b5a2f0e-9d6f-4f0e-8f35-0c5e3d1c9a11",
        isProved: Bool = true
    ) -> ReportScope {
        ReportScope(namespace: namespace, apiVersion: apiVersion, kind: kind, name: name, uid: uid, isProved: isProved)
    }
}
