import PodScoring

/// A level of a policy before it is compiled: what it demands, of what, in which Namespaces, and to what effect.
struct LevelDraft {
    /// The policy.
    let policy: ScorePolicy
    /// The name of the level: `enforce`, `warn`, `audit` or `floor`.
    let name: String
    /// The number among drafts of the same level, from 1 on.
    var number = 1
    /// The demands without the minimum.
    let level: ScorePolicy.Level
    /// The minimum score.
    let minimum: LevelCompiler.Minimum
    /// The ids of rules and the names of checks that are left out of the demands.
    var omitted: [String] = []
    /// The Namespaces.
    let reach: PolicyReach
    /// Whether the level is on: a boolean expression; `nil` if it always is.
    var isOn: String?
    /// The effect on Pods.
    let effect: Effect
    /// Whether the level is the floor, which denies nothing that the webhook may allow.
    var isFloor = false

    /// The object, and what it does not do; no object if no request can violate the level.
    func exported() -> (ExportedPolicy?, omissions: [String]) {
        var classes = RequestClasses.all
        if policy.workloads == .ignore || isFloor && policy.workloads == .warn { classes.remove(.workloads) }
        let compiler = LevelCompiler(policy: policy, level: level, minimum: minimum, omitting: omitted, classes: classes)
        let compiled = compiler.compiled()
        guard !compiled.classes.isEmpty, !reach.isEmpty else { return (nil, compiled.omissions) }
        let conditions = [reach.nameTest == .always ? nil : MatchCondition(name: "namespace", expression: reach.nameTest.cel)]
        let request = RequestConditions(
            classes: compiled.classes,
            judgesWorkloadUpdates: !isFloor,
            judgesMirrorPods: effect == .audit,
            exempt: policy.exempt
        )
        let violated = violation(compiled)
        let exported = ExportedPolicy(
            name: objectName,
            policy: policy.name,
            level: name,
            failsClosed: effect == .deny && !isFloor,
            selector: reach.selector,
            rules: ResourceRule.rules(for: compiled.classes, workloads: isFloor ? ["CREATE"] : ["CREATE", "UPDATE"]),
            conditions: conditions.compactMap(\.self) + request.list,
            variables: compiled.variables,
            validation: effect == .audit ? nil : "!(\(violated))",
            message: compiled.message,
            annotation: effect == .audit ? "\(violated) ? \(compiled.message) : ''" : nil,
            bindings: bindings(for: compiled.classes)
        )
        return (exported, compiled.omissions)
    }

    /// The name of the policy, which ends in its level, and then in a number if it is not the first.
    ///
    /// No name of another policy with another level is the same, since that ends otherwise.
    private var objectName: String { "podscore-\(policy.name)-\(name)" + (number > 1 ? "-\(number)" : "") }

    /// Whether the level is violated in a Namespace of the policy: a boolean expression.
    private func violation(_ compiled: CompiledLevel) -> String {
        let guards = [reach.labelTest == .always ? nil : reach.labelTest.cel, isOn].compactMap(\.self)
        return (guards + [compiled.isViolated]).map { guards.isEmpty ? $0 : "(\($0))" }.joined(separator: " && ")
    }

    /// The bindings, one for each action.
    ///
    /// A workload is denied at most when it is created: only the webhook can tell whether an update makes it worse.
    private func bindings(for classes: RequestClasses) -> [ExportedPolicy.Binding] {
        let (strongest, weaker) = (ExportedPolicy.Action(effect), ExportedPolicy.Action(min(effect, .warn)))
        let main = ExportedPolicy.Binding(name: objectName, rules: [], action: strongest)
        guard strongest != weaker, classes.contains(.workloads), !isFloor else { return [main] }
        let areDenied = policy.workloads == .enforce
        let workloads = ResourceRule.ofWorkloads(areDenied ? ["UPDATE"] : ["*"])
        let weak = ExportedPolicy.Binding(name: "\(objectName)-workloads", rules: [workloads], action: weaker)
        guard areDenied || classes != .workloads else { return [weak] }
        let rules = areDenied ? [ResourceRule.creations, .allOfPods] : [.allOfPods]
        return [ExportedPolicy.Binding(name: objectName, rules: rules, action: strongest), weak]
    }
}
