package import KubernetesAPI

/// The review of the labels of a Namespace, which is never denied.
package struct NamespaceReview: Sendable {
    /// The name of the Namespace.
    package let name: String
    /// The warnings about labels that are new or changed.
    package let warnings: [String]
    /// The labels before and after the change, if Pods that run may be denied because of it; otherwise `nil`.
    package let change: (before: NamespaceLabels, after: NamespaceLabels)?

    /// The beginning of the keys of Podscore's own labels.
    private static let prefix = "podscore.dev/"
    /// The most warnings; the API server shows no more of that length.
    private static let warningLimit = 20

    /// Reviews the Namespace of a request, which stands in the body of the review, under policies on a day.
    ///
    /// Returns `nil` if its labels do not change or cannot be read, and for a Namespace that is being deleted.
    package init?(of request: AdmissionEnvelope, in body: Span<UInt8>, under policies: PolicySet, on today: CivilDate) {
        guard request.subResource.isEmpty, request.operation == .create || request.operation == .update, let place = request.object,
            let new = try? ReviewedMetadata(reading: body.extracting(place)), !new.isBeingDeleted
        else { return nil }
        var old: ReviewedMetadata?
        if let place = request.oldObject, request.operation == .update {
            guard let read = try? ReviewedMetadata(reading: body.extracting(place)) else { return nil }
            old = read
        }
        name = request.name.isEmpty ? new.name : request.name
        let (stored, labels) = (old?.labels ?? [:], new.labels)
        let changed = labels.filter { $0.key.beginsWithBytes(of: Self.prefix) && stored[$0.key] != $0.value }
        let before = NamespaceLabels(policies.labelKeys) { stored[$0] }
        let after = NamespaceLabels(policies.labelKeys) { labels[$0] }
        let found = policies.policy(in: name, with: after)
        let context = Context(namespace: name, policies: policies, found: found, today: today)
        let keys = changed.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        warnings = Array(keys.lazy.compactMap { context.warning(about: $0) }.prefix(Self.warningLimit))
        let isTightened = old != nil && before != after && Self.mayDeny(found.policy, after: policies.policy(in: name, with: before).policy)
        change = isTightened ? (before, after) : nil
    }

    /// Whether a policy may deny Pods that an earlier one did not: another policy, or a higher minimum.
    private static func mayDeny(_ new: ScorePolicy, after old: ScorePolicy) -> Bool {
        guard new.enforce != nil else { return false }
        guard new.name.hasSameBytes(as: old.name) else { return true }
        guard let minimum = new.enforceLabelMinimum else { return false }
        return old.enforceLabelMinimum.map { $0 < minimum } ?? true
    }

    /// The facts from which warnings about labels are made.
    private struct Context {
        let namespace: String
        let policies: PolicySet
        let found: PolicyInNamespace
        let today: CivilDate

        func warning(about label: String) -> String? {
            guard let key = MinimumLabel.allCases.first(where: { $0.rawValue.hasSameBytes(as: label) }) else {
                return warning(aboutUnknown: label)
            }
            if let invalid = found.invalidLabels.first(where: { $0.label == key }) {
                return NamespaceProblem.invalidLabel(invalid).warning(in: namespace)
            }
            let policy = found.policy.tightening?.written ?? found.policy
            let title = "Namespace \(shownNamespace): label \(key.rawValue) has no effect"
            guard policies.readsLabels(policy, in: namespace) else {
                let reason = policy.namespaceLabels == .ignore ? "it has namespaceLabels: ignore" : "it does not name the Namespace exactly"
                return "\(title) under policy \(DisplayText.oneLine(policy.name, byteLimit: 63)), because \(reason)"
            }
            if found.policy.tightening?.minimums.contains(where: { $0.label == key }) ?? false { return nil }
            let own = policy.level(of: key)?.minimumScore(on: today).map { " \($0)" } ?? ""
            return "\(title): policy \(DisplayText.oneLine(policy.name, byteLimit: 63)) already has the minimum\(own)"
        }

        /// A label that was probably meant as one that sets a minimum; labels that a selector reads are known.
        private func warning(aboutUnknown key: String) -> String? {
            guard !policies.labelKeys.contains(where: { $0.hasSameBytes(as: key) }),
                let suggestion = Suggestion.closest(to: key, among: MinimumLabel.keys)
            else { return nil }
            return "Namespace \(shownNamespace): unknown label \(DisplayText.oneLine(key, byteLimit: 90)); did you mean \(suggestion)?"
        }

        private var shownNamespace: String { DisplayText.oneLine(namespace, byteLimit: 63) }
    }
}

extension ScorePolicy {
    /// The minimum that the Namespace's label sets for `enforce`; `nil` if none does.
    fileprivate var enforceLabelMinimum: Int? {
        tightening?.minimums.first { $0.label == .enforce }?.score
    }
}
