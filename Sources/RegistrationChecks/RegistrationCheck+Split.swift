import AdmissionPolicy

extension RegistrationCheck {
    /// Where the policies deny Pods, as far as it is known.
    package enum Enforcement: Sendable {
        /// The policies name these patterns. The function tells whether Pods are denied in a namespace, under the policy of that name or, with
        /// `nil`, under the one that applies there.
        case known(patterns: [String], denies: @Sendable (_ namespace: String, _ policy: String?) -> Bool)
        /// The policies are not known.
        case unknown

        /// No policy denies.
        package static var allowsAll: Self { .known(patterns: []) { _, _ in false } }
    }

    /// Where each kind of object is denied, admitted or not checked when Podscore is unreachable.
    package func splits(in registrations: [WebhookRegistration]) -> [NamespaceSplit] {
        let own = registrations.filter(\.isPodscore)
        return [("pods", "pods", ""), ("workloads", "deployments", "apps")].compactMap { kind, resource, group in
            let webhooks = own.filter { $0.asks(about: resource, group: group, operation: "CREATE") }
            return webhooks.isEmpty ? nil : split(WebhookGroup(webhooks), of: kind)
        }
    }

    private func split(_ group: WebhookGroup, of kind: String) -> NamespaceSplit {
        var split = NamespaceSplit(kind: kind)
        let globs = globs(of: group)
        let isByLabels = group.parts.contains { !$0.labels.isEmpty }
        for glob in globs {
            let name = glob.sample(besides: globs)
            let called = group.parts.filter { $0.isCalled(in: name, labels: [:]) }
            if group.excludes(name) || (called.isEmpty && !isByLabels) {
                split.notChecked.append(glob.text)
            } else if !isByLabels, group.isReadable {
                let failsClosed = called.contains(where: \.webhook.failsClosed)
                if failsClosed { split.failsClosed.append(glob.text) } else { split.failsOpen.append(glob.text) }
            }
        }
        guard isByLabels || !group.isReadable else { return split }
        for part in group.parts {
            let text = (part.requirements.map(\.text) + part.conditions).joined(separator: ", ")
            let shown = text.isEmpty ? "*" : text
            if part.webhook.failsClosed { split.failsClosed.append(shown) } else { split.failsOpen.append(shown) }
        }
        return split
    }

    /// The patterns by which the group and the policies tell namespaces apart.
    private func globs(of group: WebhookGroup) -> [NamePattern] {
        guard case .known(let patterns, _) = enforcement else { return group.globs(and: []) }
        return group.globs(and: patterns)
    }

    /// Webhooks for the same objects: each object must be checked once.
    func divisions(of webhooks: [WebhookRegistration]) -> [RegistrationFinding] {
        var seen: [[String]] = []
        var findings: [RegistrationFinding] = []
        let workloads = [("deployments", "apps", "CREATE"), ("jobs", "batch", "CREATE")]
        for (resource, apiGroup, operation) in Self.needed.map({ ($0.resource, "", $0.operation) }) + workloads {
            let group = webhooks.filter { $0.asks(about: resource, group: apiGroup, operation: operation) }
            let names = group.map { "\($0.configuration)/\($0.name)" }
            guard group.count > 1, !seen.contains(names) else { continue }
            seen.append(names)
            findings += division(WebhookGroup(group), of: resource)
        }
        return findings
    }

    /// The labels that only choose which of several webhooks is called for Pods or workloads.
    func dividingLabels(of webhooks: [WebhookRegistration]) -> Set<String> {
        var labels: Set<String> = []
        for (resource, apiGroup) in [("pods", ""), ("deployments", "apps")] {
            let group = WebhookGroup(webhooks.filter { $0.asks(about: resource, group: apiGroup, operation: "CREATE") })
            if division(group, of: resource).isEmpty { labels.formUnion(group.parts.flatMap(\.labels)) }
        }
        return labels
    }

    private func division(_ group: WebhookGroup, of resource: String) -> [RegistrationFinding] {
        if group.isNegation { return [] }
        let names = group.parts.map(\.webhook.name).joined(separator: " and ")
        guard group.isReadable, let labelings = group.labelings else {
            return [
                RegistrationFinding(
                    .divisionUnknown,
                    .warning,
                    problem: "\(names) are called for \(resource), and doctor cannot tell whether exactly one is called for each object",
                    fix: "let them differ in one matchCondition on request.namespace, negated in one of them"
                )
            ]
        }
        let globs = globs(of: group)
        for glob in globs {
            let name = glob.sample(besides: globs)
            guard !group.excludes(name) else { continue }
            for labels in labelings {
                let called = group.parts.filter { $0.isCalled(in: name, labels: labels) }
                if called.count == 1 { continue }
                return [called.isEmpty ? gap(names, resource, name, labels) : overlap(called, resource, name, labels)]
            }
        }
        return []
    }

    /// The fix of a gap and of an overlap.
    private static let negation = "make the conditions of the webhook with failurePolicy Ignore the negation of those of the other"

    private func gap(_ names: String, _ resource: String, _ name: String, _ labels: [String: String]) -> RegistrationFinding {
        RegistrationFinding(
            .namespaceNotAsked,
            problem: "no webhook is called for \(resource) in a namespace such as \(Self.shown(name, labels)), neither \(names)",
            fix: Self.negation
        )
    }

    private func overlap(_ called: [WebhookGroup.Part], _ resource: String, _ name: String, _ labels: [String: String])
        -> RegistrationFinding
    {
        let names = called.map(\.webhook.name).joined(separator: " and ")
        return RegistrationFinding(
            .namespaceAskedTwice,
            .warning,
            problem: "\(names) are all called for \(resource) in a namespace such as \(Self.shown(name, labels))",
            fix: Self.negation
        )
    }

    private static func shown(_ name: String, _ labels: [String: String]) -> String {
        guard !labels.isEmpty else { return name }
        return "\(name) with the labels \(labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", "))"
    }

    /// Failure policies that do not fit the policies.
    func failures(of webhooks: [WebhookRegistration]) -> [RegistrationFinding] {
        let asked = webhooks.filter { $0.asks(about: "pods", group: "", operation: "CREATE") }
        guard case .known(let patterns, let denies) = enforcement else { return failuresOfUnknown(asked) }
        let group = WebhookGroup(asked)
        // Where labels or other conditions decide, names do not tell which webhook is called.
        guard group.isReadable, group.parts.allSatisfy(\.labels.isEmpty) else { return [] }
        let globs = group.globs(and: patterns)
        return group.parts.flatMap { part -> [RegistrationFinding] in
            let called = globs.filter { glob in
                let name = glob.sample(besides: globs)
                return !group.excludes(name) && part.isCalled(in: name, labels: [:])
            }
            let wrong = called.filter { denies($0.sample(besides: globs), part.webhook.pinnedPolicy) != part.webhook.failsClosed }
            return wrong.isEmpty ? [] : [failure(of: part, in: wrong, hasOthers: wrong.count < called.count)]
        }
    }

    private func failure(of part: WebhookGroup.Part, in wrong: [NamePattern], hasOthers: Bool) -> RegistrationFinding {
        let place = Self.list(wrong.map(\.text))
        guard part.webhook.failsClosed else {
            return RegistrationFinding(
                .failuresIgnored,
                webhook: part.webhook.name,
                problem:
                    "failurePolicy is Ignore in \(place), where a policy enforces: Pods are admitted there when Podscore is unreachable",
                fix: hasOthers
                    ? "register another webhook with failurePolicy Fail for these namespaces, and exclude them here"
                    : "set failurePolicy to Fail once two replicas run on different nodes"
            )
        }
        return RegistrationFinding(
            .failuresUnneeded,
            .warning,
            webhook: part.webhook.name,
            problem:
                "failurePolicy is Fail in \(place), where no policy enforces: no Pod can be created there when Podscore is unreachable",
            fix: hasOthers
                ? "register another webhook with failurePolicy Ignore for these namespaces, and exclude them here"
                : "set failurePolicy to Ignore"
        )
    }

    private func failuresOfUnknown(_ webhooks: [WebhookRegistration]) -> [RegistrationFinding] {
        guard let open = webhooks.first, !webhooks.contains(where: \.failsClosed) else { return [] }
        return [
            RegistrationFinding(
                .failuresIgnored,
                .warning,
                webhook: open.name,
                problem: "failurePolicy is Ignore, which is only right if no policy enforces",
                fix: "name the policies with --policy to check this"
            )
        ]
    }

    /// The first of many namespaces, in words.
    static func list(_ patterns: [String]) -> String {
        if patterns == ["*"] { return "every namespace that nothing names" }
        let shown = patterns.prefix(5).map { $0 == "*" ? "all other namespaces" : $0 }.joined(separator: ", ")
        return patterns.count > 5 ? "\(shown) and \(patterns.count - 5) more" : shown
    }
}
