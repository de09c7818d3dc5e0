/// A Pod Security Standard at a version, with the same verdicts as Kubernetes' own admission controller.
///
/// The checks are looked up once, when the value is made; judging a Pod that passes allocates nothing.
package struct PodSecurityStandard: Sendable {
    /// A check with its function in the standard's version.
    struct Entry: Sendable {
        /// The check.
        let check: StandardCheck
        /// The number behind `v1.` of the first version in which it looked for the same.
        let minor: Int
        /// Makes the function as CEL.
        let cel: @Sendable () -> CELCheck
        /// The function.
        let search: StandardCheck.Search
    }

    /// The level.
    package let level: PodSecurityLevel
    /// The requested version; a version newer than the known ones is treated as `latest`.
    package let version: PodSecurityVersion
    /// The checks, in the order of ``StandardCheckCatalog/all``.
    let entries: [Entry]

    /// Creates the standard of a level at a version.
    package init(_ level: PodSecurityLevel, _ version: PodSecurityVersion) {
        self.level = level
        self.version = version
        entries = StandardCheckCatalog.checks(of: level, inMinor: version.effectiveMinor)
    }

    /// Reads a text such as `restricted@v1.31`; `nil` if it is not a standard.
    ///
    /// A level alone stands for its latest version.
    package init?(parsing text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let level = PodSecurityLevel(parsing: name) else { return nil }
        guard parts.count > 1 else {
            self.init(level, .latest)
            return
        }
        guard let version = PodSecurityVersion(parsing: parts[1]) else { return nil }
        self.init(level, version)
    }

    /// Whether the program does not know the version and treats it as `latest`.
    package var isNewerThanKnown: Bool { version.isNewerThanKnown }

    /// The checks of the standard, in the order of violations.
    package var checks: [StandardCheck] { entries.map(\.check) }

    /// The checks of the standard with their functions in its version as CEL, in the same order.
    package var celChecks: [(check: StandardCheck, cel: CELCheck)] { entries.map { ($0.check, $0.cel()) } }

    /// Judges a Pod or a template.
    ///
    /// - Returns: The checks that forbid something in it; empty when the Pod meets the standard. Linear in the number of containers.
    package func evaluate(_ subject: ScoringSubject) -> [StandardViolation] {
        var violations: [StandardViolation] = []
        // By index, since going over entries copies each.
        for index in entries.indices {
            var findings: [Finding] = []
            entries[index].search(subject, &findings)
            guard let violation = StandardViolation(check: entries[index].check, findings: findings) else { continue }
            violations.append(violation)
        }
        return violations
    }
}

extension PodSecurityStandard: Equatable, CustomStringConvertible {
    /// Returns whether two standards have the same level and the same requested version.
    package static func == (first: Self, second: Self) -> Bool {
        first.level == second.level && first.version == second.version
    }

    /// The text that ``init(parsing:)`` reads.
    package var description: String { "\(level.rawValue)@\(version)" }
}
