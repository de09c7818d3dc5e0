import AdmissionPolicy
import Fixes
package import KubernetesAPI
import PodScoring
package import Reports

/// Scores a text and looks for edits as a person has chosen on the page.
package struct PageScan: Sendable {
    /// The largest text for which edits are looked for, in bytes.
    ///
    /// Edits take more time than a score, and more than the text grows. `podscore fix` has no such limit.
    static let editedByteLimit = 256 << 10
    /// The most documents for which edits are looked for.
    static let editedDocumentLimit = 50
    /// The most findings for which edits are looked for.
    static let editedFindingLimit = 1_000

    private let choices: PageChoices
    private let defaultNamespace: String
    private let today: CivilDate

    /// A scan by choices on a day; objects without a Namespace get the default one.
    package init(_ choices: PageChoices, defaultNamespace: String, today: CivilDate) {
        self.choices = choices
        self.defaultNamespace = defaultNamespace
        self.today = today
    }

    /// Puts a text and its result on a page, and passes each document on.
    package func show(_ text: [UInt8], on page: inout ScorePage, each: (ScannedDocument) -> Void) {
        page.show(text)
        if let standard = choices.standard, standard.isNewerThanKnown {
            page.problem = "\(standard) is newer than \(PodSecurityVersion.newestKnown); checked as latest"
        }
        var scan = ManifestScan(ruleset: choices.ruleset, policies: policies, defaultNamespace: defaultNamespace, today: today)
        scan.standard = choices.standard
        var load = EditLoad()
        scan.scan(text, named: ScorePage.sourceName) { document in
            page.add(document)
            load.count(document)
            each(document)
        }
        if load.hasInvalid {
            page.fixRemark = "A text with an invalid document is not edited."
        } else if text.count > Self.editedByteLimit || load.isTooLarge {
            page.fixRemark = "The text is too large to be edited here. podscore fix edits files of any size."
        } else {
            page.fix = fix(of: text)
        }
    }

    /// The edits of the default classes; `nil` if the text has no object to score.
    private func fix(of text: [UInt8]) -> PageFix? {
        let goal = FixGoal(
            ruleset: choices.ruleset,
            policies: policies,
            standard: choices.standard,
            defaultNamespace: defaultNamespace,
            today: today
        )
        let planner = FixPlanner(goal: goal, classes: FixPlanner.defaultClasses)
        let fixed = ManifestFixer(planner: planner).fix(text, named: ScorePage.sourceName)
        guard fixed.problems.isEmpty, !fixed.objects.isEmpty else { return nil }
        return PageFix(
            objects: fixed.objects.map(\.lines),
            diff: UnifiedDiff.text(of: fixed.text, named: fixed.name),
            text: fixed.text.bytes
        )
    }

    /// The policy that demands the minimum; `nil` without one.
    private var policies: PolicySet? {
        choices.minimum.map { minimum in
            var level = ScorePolicy.Level()
            level.minimumScore = minimum
            let policy = ScorePolicy(
                name: ScannedDocument.pagePolicy,
                namespaces: [NamePattern("*")],
                ruleset: choices.ruleset,
                enforce: level,
                workloads: .enforce
            )
            return PolicySet(policies: [], builtInDefault: policy, ownNamespace: "")
        }
    }
}

/// The size of the work that looking for edits would be.
private struct EditLoad {
    private(set) var hasInvalid = false
    private var documents = 0
    private var findings = 0

    var isTooLarge: Bool { documents > PageScan.editedDocumentLimit || findings > PageScan.editedFindingLimit }

    mutating func count(_ document: ScannedDocument) {
        documents += 1
        if case .invalid = document.outcome { hasInvalid = true }
        if case .scored(_, let report, _) = document.outcome { findings += report.findingCount }
        findings += document.standard?.violations.reduce(0) { $0 + $1.findings.count } ?? 0
    }
}
