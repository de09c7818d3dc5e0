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
            check.revisions.compactMap { revision in all.first { $0.check === check && $0.minor == revision.minor } }
        }
        let entries = entries
        memberships = self.standards.map { standard in
            entries.map { entry in
                standard.entries.contains { $0.check === entry.check && $0.minor == entry.minor }
            }
        }
    }

    /// Evaluates a whole Pod, or a template as its author wrote it, by each standard.
    package func findings(in subject: ScoringSubject) -> [StandardFindings] {
        divided(violations { index, findings in entries[index].search(subject, &findings) })
    }

    /// Evaluates several ephemeral containers by each standard, each container by itself with what it inherits from its Pod.
    ///
    /// A running Pod can't be changed any more. So a value that a container inherits is found at the container, where its own would win.
    /// Each check goes over the containers once, in a Pod that has nothing else.
    /// - Parameters:
    ///   - indexes: The indexes of the containers among the Pod's ephemeral containers, ascending; others are passed over.
    ///   - subject: The Pod in which they are to run.
    ///   - whole: The findings of the standards in the whole Pod where they count; a check that fails there keeps those findings.
    /// - Returns: For each standard the findings of all containers, and those of the whole Pod if it counts.
    package func findings(
        inEphemeralContainers indexes: [Int],
        of subject: ScoringSubject,
        besides whole: [StandardFindings]? = nil
    ) -> [StandardFindings] {
        guard !entries.isEmpty else { return divided([]) }
        let containers = EphemeralContainersAlone(indexes, of: subject)
        return divided(
            violations { index, findings in
                if let violation = whole.flatMap({ violation(ofEntryAt: index, in: $0) }) {
                    findings = violation.findings
                } else if entries[index].check.scope == .container {
                    findings = containers.findings(of: entries[index])
                }
            }
        )
    }

    /// The violation that a check found; each standard that has the check found the same.
    private func violation(ofEntryAt index: Int, in findings: [StandardFindings]) -> StandardViolation? {
        guard let position = memberships.firstIndex(where: { $0[index] }), findings.indices.contains(position) else { return nil }
        return findings[position].violations.first { $0.check === entries[index].check }
    }

    /// The violations that each check finds, by its index in ``entries``; checks that find nothing are left out.
    private func violations(_ search: (Int, inout [Finding]) -> Void) -> [(index: Int, violation: StandardViolation)] {
        var violations: [(index: Int, violation: StandardViolation)] = []
        for index in entries.indices {
            var findings: [Finding] = []
            search(index, &findings)
            guard let violation = StandardViolation(check: entries[index].check, findings: findings) else { continue }
            violations.append((index, violation))
        }
        return violations
    }

    /// Gives each standard the violations of its checks.
    private func divided(_ violations: [(index: Int, violation: StandardViolation)]) -> [StandardFindings] {
        standards.indices.map { position in
            var own: [StandardViolation] = []
            for (index, violation) in violations where memberships[position][index] { own.append(violation) }
            return StandardFindings(standard: standards[position], violations: own)
        }
    }
}
