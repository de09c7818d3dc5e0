/// A kind with a Pod template that is not Kubernetes' own, and where the template is.
package struct OtherWorkload: Sendable, Equatable {
    /// A trait of a kind besides its Pod template.
    enum Trait: Sendable, Equatable {
        /// A field beside the template can name another workload, whose template counts then.
        case canRefer(field: String)
        /// Containers without a name get one.
        case namesContainers
    }

    /// The API group; empty for the core group.
    package let group: String
    /// The kind, spelled as in `kind`.
    package let kind: String
    /// The keys from the top of an object to its Pod template; never empty.
    let steps: [String]
    /// The trait besides the template; `nil` for most kinds.
    let trait: Trait?

    /// A kind whose template has these keys above it and its own key at the end.
    init(_ group: String, _ kind: String, steps: [String] = ["spec", "template"], trait: Trait? = nil) {
        self.group = group
        self.kind = kind
        self.steps = steps
        self.trait = trait
    }

    /// The path of the Pod template, such as `spec.template`.
    package var templatePath: String { steps.joined(separator: ".") }

    /// Whether this is the kind with a name in a group.
    func isNamed(_ kind: String, group: String) -> Bool {
        self.kind.hasSameBytes(as: kind) && self.group.hasSameBytes(as: group)
    }
}

extension OtherWorkload {
    /// The kinds that are known without being configured, in all their versions.
    ///
    /// A Rollout with a `workloadRef` takes the template of that workload; a template of its own is rejected or replaced:
    /// <https://github.com/argoproj/argo-rollouts/blob/9f8d111d/rollout/templateref.go>. OpenShift's core group is that of clusters before
    /// 3.6. A template of Knative is the specification of a Pod with more fields:
    /// <https://github.com/knative/serving/blob/98e5ef90/pkg/apis/serving/v1/revision_types.go>. The templates of OpenKruise are Kubernetes'
    /// own: <https://github.com/openkruise/kruise/tree/07169cfa/apis/apps/v1beta1>
    static let known = [
        Self("argoproj.io", "Rollout", trait: .canRefer(field: "workloadRef")),
        Self("apps.openshift.io", "DeploymentConfig"),
        Self("", "DeploymentConfig"),
        Self("serving.knative.dev", "Service", trait: .namesContainers),
        Self("serving.knative.dev", "Configuration", trait: .namesContainers),
        Self("apps.kruise.io", "CloneSet"),
        Self("apps.kruise.io", "StatefulSet"),
        Self("apps.kruise.io", "DaemonSet"),
    ]
}

/// The kinds of workflow engines, whose Pods take shape only when a step runs.
enum WorkflowKinds {
    /// Whether a kind is one of them.
    ///
    /// Sources: <https://github.com/argoproj/argo-workflows/blob/f016ad89/pkg/apis/workflow/register.go>,
    /// <https://github.com/tektoncd/pipeline/tree/3ee1745a/pkg/apis/pipeline>
    static func contain(_ kind: String, group: String) -> Bool {
        switch group {
        case "argoproj.io": ["Workflow", "WorkflowTemplate", "CronWorkflow", "ClusterWorkflowTemplate"].contains(kind)
        case "tekton.dev":
            ["Task", "ClusterTask", "TaskRun", "Pipeline", "PipelineRun", "StepAction", "CustomRun", "Run"].contains(kind)
        default: false
        }
    }
}

/// The kinds that are read as workloads.
package struct KnownWorkloads: Sendable {
    /// Whether a kind counts only in its API group.
    let checksGroups: Bool
    /// The kinds that are not Kubernetes' own; the first one of a name counts.
    let others: [OtherWorkload]

    /// Kubernetes' own kinds, and those of other projects that are known.
    package static let standard = Self(checksGroups: true, others: OtherWorkload.known)

    /// Kubernetes' own kinds, also if an object of another API group has the name of one, as in kubesec.
    package static let asKubesec = Self(checksGroups: false, others: [])

    private init(checksGroups: Bool, others: [OtherWorkload]) {
        self.checksGroups = checksGroups
        self.others = others
    }

    /// The standard kinds and others, which take precedence.
    package init(adding others: [OtherWorkload]) {
        self.init(checksGroups: true, others: others + Self.standard.others)
    }

    /// The kinds that are not Kubernetes' own, each with its group: `Rollout of argoproj.io`.
    package var otherKinds: [String] {
        others.filter { !$0.group.isEmpty }.map { "\($0.kind) of \($0.group)" }
    }

    /// The kinds of a group that are not Kubernetes' own.
    package func kinds(in group: String) -> [String] {
        others.filter { $0.group.hasSameBytes(as: group) }.map(\.kind)
    }

    /// How to read an object of a kind with a Pod spec; `nil` for other kinds.
    func layout(ofKind kind: String, group: String) -> ObjectLayout? {
        if let known = WorkloadKind(group: group, kind: kind) { return .workload(known) }
        return others.first { $0.isNamed(kind, group: group) }.map { .otherWorkload($0) }
    }
}
