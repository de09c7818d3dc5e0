package import KubernetesAPI

/// The Pod Security Standards of a policy; a check that several of them share is evaluated once.
package struct StandardSet: Sendable {
    /// The standards, each once, in the order in which they were given.
    package let standards: [PodSecurityStandard]
    /// The different checks of all standards, in the order of violations.
    private let entries: [PodSecurityStandard.Entry]
    /// For each standard whether it has the check at each index of ``entries``.
    private let memberships: [[Bool]]

    /// A set of standards; one that is given twice counts once.
    package init(_ standards: [PodSecurityStandard]) {
        self.standards = standards.reduce(into: []) { known, standard in
            if !known.contains(standard) { known.append(standard) }
        }
        let all = self.standards.flatMap(\.entries)
        entries = StandardCheckCatalog.all.flatMap { check in
            check.revisions.compactMap { revision in all.first { $0.check === check && $0.revision.minor == revision.minor } }
        }
        let entries = entries
        memberships = self.standards.map { standard in
            entries.map { entry in
                standard.entries.contains { $0.check === entry.check && $0.revision.minor == entry.revision.minor }
            }
        }
    }

    /// Evaluates a whole Pod, or a template as its author wrote it, by each standard.
    package func findings(in subject: ScoringSubject) -> [StandardFindings] {
        guard !entries.isEmpty else { return divided([]) }
        return divided(violations { $0.findings(in: subject.pod, subject.annotations) })
    }

    /// Evaluates several ephemeral containers by each standard, each container by itself with what it inherits from its Pod.
    ///
    /// A running Pod can't be changed any more. So a value that a container inherits is found at the container, where its own would win.
    /// Each check goes over the containers once, in a Pod that has nothing else.
    /// - Parameters:
    ///   - indexes: The indexes of the containers among the Pod's ephemeral containers, ascending; others are passed over.
    ///   - subject: The Pod in which they are to run.
    ///   - withWholePod: Whether the whole Pod is evaluated too; a check that fails there has those findings.
    /// - Returns: For each standard the findings of all containers. Checks of the whole Pod are left out, unless `withWholePod` asks for them.
    package func findings(
        inEphemeralContainers indexes: [Int],
        of subject: ScoringSubject,
        withWholePod: Bool = false
    ) -> [StandardFindings] {
        guard !entries.isEmpty else { return divided([]) }
        let containers = EphemeralContainersAlone(indexes, of: subject)
        return divided(
            violations { entry in
                let whole = withWholePod ? entry.findings(in: subject.pod, subject.annotations) : []
                return whole.isEmpty && entry.check.scope == .container ? containers?.findings(of: entry) ?? [] : whole
            }
        )
    }

    /// What each check finds, by its index in ``entries``; checks that find nothing are left out.
    private func violations(_ findings: (PodSecurityStandard.Entry) -> [Finding]) -> [(index: Int, violation: StandardViolation)] {
        var violations: [(index: Int, violation: StandardViolation)] = []
        for index in entries.indices {
            guard let violation = StandardViolation(check: entries[index].check, findings: findings(entries[index])) else { continue }
            violations.append((index, violation))
        }
        return violations
    }

    /// Gives each standard the violations of its checks.
    private func divided(_ violations: [(index: Int, violation: StandardViolation)]) -> [StandardFindings] {
        standards.indices.map { position in
            let own = violations.filter { memberships[position][$0.index] }.map(\.violation)
            return StandardFindings(standard: standards[position], violations: own)
        }
    }
}
