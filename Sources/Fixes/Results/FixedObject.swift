import AdmissionPolicy
package import KubernetesAPI
package import PodScoring

/// The changes of one object, and the work that is left.
package struct FixedObject: Sendable {
    /// The change for a rule or a check, or for several that need the same change.
    package struct Change: Sendable {
        /// The ids of the rules and the names of the checks.
        package fileprivate(set) var ids: [String]
        /// The class of the fix.
        package let fixClass: FixClass
        /// The points that the object gains.
        package fileprivate(set) var points: Int
        /// Whether a placeholder was written, so that the points come with its value.
        package let hasPlaceholder: Bool
        /// The changed fields and their places, as text.
        package let text: String
    }

    /// A placeholder in the text after the edits.
    package struct Placeholder: Sendable {
        /// The field.
        package let path: String
        /// Its line in the text.
        package let line: Int
    }

    /// `Kind/name.namespace`.
    package let title: String
    /// The assessment before all edits.
    package let before: FixAssessment
    /// The assessment after all edits, without placeholders.
    package private(set) var after: FixAssessment
    /// The changes, in the order in which they were made.
    package private(set) var changes: [Change] = []
    /// The problems that stay, one line for each.
    package private(set) var left: [String] = []
    /// The placeholders that wait for a value.
    package private(set) var placeholders: [Placeholder] = []
    /// Whether the demands are met, or without demands all problems of the chosen classes are fixed.
    package private(set) var isReached = true
    /// The chosen classes, for the summary.
    private let planner: FixPlanner

    /// An object before the first round.
    package init(title: String, _ assessment: FixAssessment, planner: FixPlanner) {
        self.title = title
        before = assessment
        after = assessment
        self.planner = planner
    }

    /// Notes the changes of a round; `node` is the object before it.
    package mutating func note(_ plan: FixPlan, in node: ManifestNode) {
        let specification = [FieldEdit.Step](path: before.subject.specificationPath)
        let description = EditDescription(node: node, specification: specification)
        for change in plan.changes {
            let text = description.text(of: change.edits)
            let (id, fixClass, points) = (change.problem.id, change.problem.fixClass, change.problem.points)
            if let index = changes.firstIndex(where: { $0.fixClass == fixClass && $0.text.hasSameBytes(as: text) }) {
                changes[index].ids.append(id)
                changes[index].points += points
                continue
            }
            let hasPlaceholder = change.edits.contains(where: \.isPlaceholder)
            changes.append(Change(ids: [id], fixClass: fixClass, points: points, hasPlaceholder: hasPlaceholder, text: text))
        }
    }

    /// Notes what the last round found; `node` is the object after it.
    package mutating func finish(_ plan: FixPlan, _ assessment: FixAssessment, in node: ManifestNode) {
        after = assessment
        placeholders = node.placeholders.map { Placeholder(path: $0.path, line: $0.position.line) }
        isReached = planner.goal.hasDemands ? assessment.isReached : remaining.isEmpty
        left = isReached ? [] : Self.lines(of: plan.left, in: assessment)
    }

    /// The problems that keep the object from its goal.
    private var remaining: [FixProblem] {
        guard planner.goal.hasDemands else { return after.problems.filter { planner.classes.contains($0.fixClass) } }
        return after.problems.filter { $0.isDemanded || after.missingPoints > 0 && $0.points > 0 }
    }

    /// One line for each problem that no edit fixes, with its places and the reasons.
    private static func lines(of left: [FixPlan.Left], in assessment: FixAssessment) -> [String] {
        let places = FixText(pod: assessment.subject.pod)
        var groups: [(problem: FixProblem, reasons: [String])] = []
        for entry in left {
            if let index = groups.firstIndex(where: { $0.problem.id == entry.problem.id }) {
                if !groups[index].reasons.contains(entry.reason) { groups[index].reasons.append(entry.reason) }
            } else {
                groups.append((entry.problem, [entry.reason]))
            }
        }
        return groups.map { problem, reasons in
            let text =
                switch problem.origin {
                case .rule(let entry): places.text(of: entry.rule, findings: problem.findings)
                case .check(let check, _): places.text(of: check, findings: problem.findings)
                }
            return "\(problem.fixClass.rawValue): \(problem.id): \(text) (\(reasons.joined(separator: "; ")))"
        }
    }

    /// The missing score, rules and classes in one line; `nil` if the goal is reached.
    package var shortfall: String? {
        guard !isReached else { return nil }
        var parts: [String] = []
        if let minimum = after.minimum, let score = after.score, after.missingPoints > 0 {
            parts.append("score \(score) is \(after.missingPoints) below the minimum \(minimum)")
        }
        let demanded = remaining.filter(\.isDemanded).map(\.id)
        if !demanded.isEmpty { parts.append("required: \(demanded.joined(separator: ", "))") }
        let classes = FixClass.allCases.compactMap { fixClass -> String? in
            let problems = remaining.filter { $0.fixClass == fixClass }
            guard !problems.isEmpty else { return nil }
            let points = problems.reduce(0) { $0 + $1.points }
            return "\(fixClass.rawValue) \(points > 0 ? "+\(points) " : "")(\(problems.map(\.id).joined(separator: ", ")))"
        }
        if !classes.isEmpty { parts.append("still open: \(classes.joined(separator: ", "))") }
        return parts.joined(separator: "; ")
    }
}

extension FixedObject {
    /// The object, its changes and what is left, as lines.
    package var lines: [String] {
        var lines = ["\(DisplayText.oneLine(title, byteLimit: 400)): \(scores)"]
        lines += changes.map { change in
            let points = change.points > 0 && !change.hasPlaceholder ? " +\(change.points)" : ""
            return "  \(change.fixClass.rawValue): \(change.ids.joined(separator: ", "))\(points): \(change.text)"
        }
        lines += placeholders.map { "  replace the placeholder on line \($0.line): \($0.path)" }
        lines += left.map { "  left: \($0)" }
        if let shortfall { lines.append("  not reached: \(shortfall)") }
        return lines
    }

    /// The score before and after.
    private var scores: String {
        guard let old = before.score, let new = after.score, let best = after.bestPossibleScore else { return "not scored" }
        return old == new ? "score \(new) of \(best)" : "score \(new) of \(best) (was \(old))"
    }
}

/// A text with its fixes.
package struct FixedManifest: Sendable {
    /// The name of the source.
    package let name: String
    /// The text.
    package var text: EditedText
    /// The objects to which the goal applies.
    package var objects: [FixedObject] = []
    /// Why the text is left as it is: the invalid documents, a line each.
    package var problems: [String] = []

    /// A text without fixes.
    package init(name: String, text: EditedText) {
        self.name = name
        self.text = text
    }

    /// Whether all objects are what was asked.
    package var isReached: Bool { objects.allSatisfy(\.isReached) }
}
